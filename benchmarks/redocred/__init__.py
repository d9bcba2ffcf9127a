"""Re-DocRED: whether the facts of a document join the things that people say are related in it."""
