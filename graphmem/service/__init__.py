"""Ways to reach a Memory without writing Python: the command line, and the demo that it runs."""
