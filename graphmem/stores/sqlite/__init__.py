"""The embedded store: everything in one SQLite file."""
