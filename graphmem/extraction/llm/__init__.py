"""Extraction by a language model: one call for all passages, and nothing kept that the texts do not vouch for."""
