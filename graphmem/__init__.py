"""graphmem: a graph-centric memory engine for AI agents.

The names below are loaded when they are first used: importing the package must cost next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphmem.memory import AsyncMemory
    from graphmem.settings import Settings
    from graphmem.sync import Memory

__version__ = "0.1.0"
__all__ = ["AsyncMemory", "Memory", "Settings", "__version__"]

_HOMES = {"AsyncMemory": "graphmem.memory", "Memory": "graphmem.sync", "Settings": "graphmem.settings"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'graphmem' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
