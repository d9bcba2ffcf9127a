"""Reads statements in wordings that no rule knows, by their likeness to exemplars that a small model was trained on."""
