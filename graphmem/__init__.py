"""graphmem: a graph-centric memory engine for AI agents."""

__version__ = "0.1.0"
