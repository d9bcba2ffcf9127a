"""Measurements of graphmem beside simple baselines, so that a claimed gain can be run again by anyone."""
