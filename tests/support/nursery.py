"""Starts processes in milliseconds, so that a test can afford to kill hundreds: they fork from one that has all loaded.

``python -m tests.support.nursery MODULE`` reads command lines (JSON lists of strings) from its input, one a line, and
for each forks a child that runs ``MODULE.main(arguments)``, one after the other. Children share its output, which they
have to write with os.write, a line at a time. It tells ``pid N`` when one is born and ``dead N`` when it is gone.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]


class Nursery:
    """The test's end of it: a context manager that starts and kills children."""

    def __init__(self, module: str) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery", module],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def line(self) -> str:
        """The next line that the nursery or one of its children says."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def start(self, *arguments: str) -> int:
        """Start a child; its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        told = self.line()
        assert told.startswith("pid "), told
        return int(told.split()[1])

    def kill(self, pid: int) -> list[str]:
        """Kill a child with SIGKILL; all the whole lines that were said until it was dead."""
        os.kill(pid, signal.SIGKILL)
        return self.until_dead(pid)

    def until_dead(self, pid: int) -> list[str]:
        """All the lines that are said until a child is dead."""
        said = []
        while (line := self.line()) != f"dead {pid}":
            assert line or self._process.poll() is None, "the nursery is gone"
            said.append(line)
        return said


def _serve(module: str) -> None:
    """One child at a time; what is told goes out in single writes, which a pipe keeps whole."""
    main = importlib.import_module(module).main
    for line in sys.stdin:
        told, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(told, 1)
            main(json.loads(line))
            sys.stdout.flush()
            os._exit(0)
        os.write(1, f"pid {pid}\n".encode())
        os.write(tell, b"!")
        os.waitpid(pid, 0)
        os.close(told)
        os.close(tell)
        os.write(1, f"dead {pid}\n".encode())


if __name__ == "__main__":
    _serve(sys.argv[1])
