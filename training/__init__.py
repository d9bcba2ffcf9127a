"""How the models inside the package were made: run from a checkout, never installed."""
