"""The words said to a language model, each in a versioned file of its own in `extraction/prompts`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple


class Prompt(NamedTuple):
    """A prompt's words, and the number that changes with them."""

    version: int
    text: str


@cache
def prompt(name: str) -> Prompt:
    """The prompt of that name, such as ``facts``."""
    written = resources.files("graphmem.extraction").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
    first, _, text = written.partition("\n")
    return Prompt(int(first.removeprefix("version:")), text.strip())


def filled(name: str, **values: str) -> str:
    """The words of a prompt with values in place of their names in braces."""
    text = prompt(name).text
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text
