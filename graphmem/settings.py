"""Everything that can be set, in one frozen value. `Settings.from_env` is the only reader of the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graphmem.errors import SettingsError

ENVIRONMENT = {
    "url": "GRAPHMEM_URL",
    "durability": "GRAPHMEM_DURABILITY",
    "busy_timeout": "GRAPHMEM_BUSY_TIMEOUT",
    "pipeline": "GRAPHMEM_PIPELINE",
    "embedder": "GRAPHMEM_EMBEDDER",
}
"""Which variable sets which field."""


def default_url() -> str:
    """The embedded store in the user's data folder, where the platform keeps such files."""
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return f"sqlite:///{folder / 'graphmem' / 'default.db'}"


class RecallWeights(BaseModel):
    """How much each kind of evidence counts in a search; see `graphmem.recall` for what each does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    semantic: float = Field(0.5, ge=0)
    keyword: float = Field(0.3, ge=0)
    named: float = Field(0.5, ge=0)
    about: float = Field(0.35, ge=0)
    shared: float = Field(0.3, ge=0)
    next: float = Field(0.5, ge=0)
    sharpness: float = Field(10.0, ge=0)


class Settings(BaseModel):
    """What a `Memory` is made of.

    * `url`: where the graph lives: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, a plain path, or ``:memory:``.
    * `durability`: ``full`` makes every acknowledged write survive a power cut; ``fast`` may lose the last ones then.
    * `busy_timeout`: seconds to wait for another writer.
    * `pipeline`: the name of an installed spaCy pipeline to extract with; None takes the bundled one.
    * `embedder`: ``numpy`` or ``onnx`` (faster, needs the `onnx` extra); both give the same vectors.
    * `passage_length`: a longer text is remembered in pieces of at most so many characters.
    * `recall`: the weights of the kinds of evidence in a search.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(default_factory=default_url)
    durability: Literal["full", "fast"] = "full"
    busy_timeout: float = Field(30.0, gt=0)
    pipeline: str | None = None
    embedder: Literal["numpy", "onnx"] = "numpy"
    passage_length: int = Field(2000, ge=200)
    recall: RecallWeights = RecallWeights()  # type: ignore[call-arg]

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings from GRAPHMEM_… variables, defaults for the rest. Raises SettingsError for a value that does not fit."""
        source = os.environ if environ is None else environ
        return cls.of(**{field: source[name] for field, name in ENVIRONMENT.items() if source.get(name)})

    @classmethod
    def of(cls, **values: object) -> Settings:
        """Settings from keyword values, with a SettingsError that names the field that does not fit."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            variable = f" (environment: {ENVIRONMENT[field]})" if field in ENVIRONMENT else ""
            raise SettingsError(f"Setting {field}{variable}: {first['msg']}; got {first.get('input')!r}.") from error
