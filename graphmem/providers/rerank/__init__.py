"""Models behind an address that read hits again: cross-encoders and language models, over plain HTTP."""
