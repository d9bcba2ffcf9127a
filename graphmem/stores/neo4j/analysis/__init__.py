"""Cypher that people write themselves: read, judged, run with limits, or refused before anything runs."""
