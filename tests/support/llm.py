"""What tests of language models share: facts as a model states them, and quick settings for a scripted server."""

from __future__ import annotations

from typing import Any

from graphmem import Settings
from graphmem.settings import ModelLimits
from graphmem.testing.openai_server import OpenAIServer

KEY = "sk-not-for-anybody-4711"
TEXT = "I work at Tidewater now."


def stated(quote: str, subject: str, predicate: str, found: str, **more: Any) -> dict[str, Any]:
    """A fact of passage 1 as a model states it."""
    names = {"subject": subject, "predicate": predicate, "object": found}
    times = {"valid_from": None, "valid_to": None}
    rest = {"subject_type": "person", "object_type": "entity", "negated": False, "modality": "asserted"}
    rest |= {"tense": "present", "corrects": False, "instead_of": None}
    return {"passage": 1, "quote": quote, **names, **rest, "confidence": 0.9, **times, **more}


def answer(*facts: dict[str, Any], names: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """A whole answer."""
    return {"facts": list(facts), "names": list(names)}


WORKS = stated(TEXT, "Maya", "work_at", "Tidewater", object_type="organization")
"""What a model states of `TEXT`, said by Maya."""


def quick(**more: Any) -> ModelLimits:
    """Limits with hardly a pause."""
    return ModelLimits(**{"seconds": 5.0, "longest_wait": 0.05, **more})


def settings(server: OpenAIServer, **more: Any) -> Settings:
    """Settings that read with this server's model."""
    given = {"url": ":memory:", "llm_model": "small", "openai_base_url": server.url, "openai_api_key": KEY}
    return Settings(**{**given, "limits": quick(), **more})
