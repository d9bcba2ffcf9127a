"""A process that moves a file to another model, to be killed: python -m tests.support.reembedder FILE MODEL [stay].

It tells ``begun`` before it opens the file, and ``moved`` when it is done; with ``stay`` it then waits to be killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from graphmem import upkeep
from graphmem.ports.embedder import Embedder
from graphmem.settings import Settings
from tests.support.embedding import HashingEmbedder
from tests.support.models import OtherEmbedder

MODELS: dict[str, Embedder] = {"hashing": HashingEmbedder(), "other": OtherEmbedder()}


def main(given: list[str]) -> None:
    """Run with the arguments of the command line."""
    path, model = given[:2]
    os.write(1, b"begun\n")
    asyncio.run(upkeep.reembed(Settings.of(url=path), embedder=MODELS[model], batch_size=16))
    os.write(1, b"moved\n")
    if "stay" in given:
        signal.pause()


if __name__ == "__main__":
    main(sys.argv[1:])
