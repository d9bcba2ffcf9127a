"""What goes wrong before a measurement can start; the command turns it into one line and exit code 2."""

from __future__ import annotations


class BenchmarkError(Exception):
    """The data, the cache or the arguments cannot be used; the message says what to change."""
