"""Loads the spaCy pipeline that the extraction rules read: the bundled English one, or one the user has installed.

The bundled pipeline is one compressed file, `english/pipeline.bin`: a zlib stream of one msgpack map with the
pipeline's configuration and the state of its components, the weights as half-precision arrays.  Everything is decoded
in memory: no temporary file, no network, no other package than spaCy and what spaCy itself needs.
"""

from __future__ import annotations

import functools
import re
import zlib
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphmem.errors import MissingExtra, SettingsError
from graphmem.extraction.clitics import KeepingNames

if TYPE_CHECKING:
    from spacy.language import Language

PACKED_FORMAT = 1
PACKED_FILE = "pipeline.bin"
NEEDED_ANNOTATION = "token.dep"
_CONTRACTED = r"(?<=[a-z])['’](?:ll|d|ve|re)$"
"""What is cut off a name, too: "Ana'll", "Ana'd"."""


def load_pipeline(name: str | None = None) -> Language:
    """Return the spaCy pipeline of that name, or the bundled English one for None; one object a process and name.

    Raises MissingExtra when spaCy is not installed, and SettingsError when the named pipeline is not installed, cannot
    be loaded or has no dependency parser.
    """
    return _load(name)


@functools.lru_cache(maxsize=4)
def _load(name: str | None) -> Language:
    try:
        import spacy
    except ImportError as error:
        message = 'the offline extractor needs spaCy, which is not installed: pip install "graphmem[local]"'
        raise MissingExtra(message) from error
    if name is None:
        packed = resources.files("graphmem.extraction").joinpath("english", PACKED_FILE).read_bytes()
        return unpack(packed)
    try:
        nlp = spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        message = (
            f"the spaCy pipeline {name!r} cannot be loaded; install it, or leave the setting out for the bundled one"
        )
        raise SettingsError(message) from error
    if not any(NEEDED_ANNOTATION in nlp.get_pipe_meta(pipe).assigns for pipe in nlp.pipe_names):
        raise SettingsError(f"the spaCy pipeline {name!r} has no dependency parser, which the extraction rules need")
    return nlp


def unpack(packed: bytes) -> Language:
    """Return the pipeline that a packed file holds, its weights widened to float32.

    Raises SettingsError when the bytes are not of the form this release reads.
    """
    import srsly
    from spacy.util import load_model_from_config
    from thinc.api import Config

    content = srsly.msgpack_loads(zlib.decompress(packed))
    if content.get("format") != PACKED_FORMAT:
        raise SettingsError(
            f"the packed pipeline has format {content.get('format')!r}, this release reads {PACKED_FORMAT}"
        )
    nlp = load_model_from_config(Config().from_str(content["config"]), meta=content["meta"])
    state = {part: _as_bytes(value) for part, value in content["state"].items()}
    nlp.from_bytes(srsly.msgpack_dumps(state))
    _cut_contractions(nlp)
    nlp.tokenizer = KeepingNames(nlp.tokenizer)
    return nlp


def _cut_contractions(nlp: Language) -> None:
    tokenizer: Any = nlp.tokenizer
    known = tokenizer.suffix_search.__self__.pattern
    tokenizer.suffix_search = re.compile(f"{known}|{_CONTRACTED}").search


def _as_bytes(value: Any) -> Any:
    """Return a part of the packed state as spaCy's own byte string: maps are dumped again, innermost first."""
    import srsly

    if not isinstance(value, dict):
        return value
    return srsly.msgpack_dumps(
        {key: srsly.msgpack_dumps(_widened(item)) if key == "model" else item for key, item in value.items()}
    )


def _widened(model: dict[str, Any]) -> dict[str, Any]:
    """Return thinc's model state with its half-precision arrays as float32, the only kind its kernels take."""
    import numpy

    params = [
        {
            name: array.astype(numpy.float32) if array is not None and array.dtype == numpy.float16 else array
            for name, array in node.items()
        }
        for node in model["params"]
    ]
    return {**model, "params": params}
