"""The `graphmem` command: a Memory from the shell, for people (coloured text) and for programs (`--json`)."""

from graphmem.service.cli.app import main

__all__ = ["main"]
