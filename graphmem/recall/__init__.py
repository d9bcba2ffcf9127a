"""The way out: a question becomes seeds, the graph is walked from them, and the best memories come back with their path."""
