"""all-MiniLM-L6-v2 inside the package: weights, vocabulary, tokenizer and forward pass; see MODEL_CARD.md."""
