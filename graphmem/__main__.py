"""`python -m graphmem`: the command line, where no script of that name is on the path."""

from __future__ import annotations

import sys

from graphmem.service.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
