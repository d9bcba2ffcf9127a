"""What the core asks of the outside: protocols only, no implementation."""
