"""The caller's hand: look at what is there, correct it, take it away."""
