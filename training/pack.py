"""Packs a trained pipeline into the one file that the package ships; `graphmem.extraction.parser.unpack` reads it.

Weights become half-precision floats, which changes no score by more than noise and halves the file; the strings of the
training texts are left out, since a pipeline needs only the strings of its own labels.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy
import srsly

from graphmem.extraction.parser import PACKED_FORMAT

if TYPE_CHECKING:
    from spacy.language import Language


def pack(nlp: Language) -> bytes:
    """Return the pipeline as one compressed msgpack map; raise ValueError if a weight does not fit half precision."""
    state = srsly.msgpack_loads(nlp.to_bytes())
    for name in nlp.pipe_names:
        component = srsly.msgpack_loads(state[name])
        if "model" in component:
            component["model"] = _narrowed(srsly.msgpack_loads(component["model"]))
            state[name] = component
    state["vocab"] = _label_strings_only(state["vocab"], nlp)
    content = {"format": PACKED_FORMAT, "config": nlp.config.to_str(), "meta": nlp.meta, "state": state}
    return zlib.compress(srsly.msgpack_dumps(content), level=9)


def _narrowed(model: dict[str, Any]) -> dict[str, Any]:
    params = [{name: _half(array) for name, array in node.items()} for node in model["params"]]
    return {**model, "params": params}


def _half(array: Any) -> Any:
    if array is None or array.dtype != numpy.float32:
        return array
    with numpy.errstate(over="ignore"):
        narrow = array.astype(numpy.float16)
    if not numpy.isfinite(narrow).all():
        raise ValueError("a weight is outside the range of half precision")
    return narrow


def _label_strings_only(vocab: bytes, nlp: Language) -> bytes:
    content = srsly.msgpack_loads(vocab)
    labels = {label for name in nlp.pipe_names for label in getattr(nlp.get_pipe(name), "labels", ())}
    parts = {part for label in labels for feature in label.split("|") for part in (feature, *feature.split("="))}
    content["strings"] = json.dumps(sorted(label for label in labels | parts if label)).encode()
    packed: bytes = srsly.msgpack_dumps(content)
    return packed
