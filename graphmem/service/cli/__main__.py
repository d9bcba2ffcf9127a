"""Lets `python -m graphmem.service.cli` do what `graphmem` does."""

import sys

from graphmem.service.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
