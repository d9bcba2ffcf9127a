"""What a figure was measured on: machine, versions, commit, and how much memory the process took."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MEASURED = ("graphmem", "benchmarks", "pyproject.toml")
SOURCES, SUFFIXES = ("graphmem", "benchmarks", "cypher"), (".py", ".sql", ".cypher")
PACKAGES = ("numpy", "spacy", "onnxruntime", "bm25s", "PyStemmer")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def describe() -> dict[str, Any]:
    """Processors, platform, versions of what computes, and thread limits set from outside; JSON values."""
    return {
        "cpu_count": os.cpu_count(),
        "platform": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: installed for package in PACKAGES if (installed := _version(package))},
        "threads": {name: os.environ[name] for name in THREADS if name in os.environ},
    }


def commit() -> dict[str, Any]:
    """The commit of this checkout and whether the measured code differs from it; both None outside a repository."""
    head = _git("rev-parse", "HEAD")
    changes = _git("status", "--porcelain", "--", *(name for name in MEASURED if (ROOT / name).exists()))
    return {"commit": head or None, "dirty": None if changes is None else bool(changes)}


def source_digest() -> str:
    """A sha256 over the source files that are measured: results of different ones cannot be put together."""
    whole = hashlib.sha256()
    for file in sorted(path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES):
        whole.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()


def reset_peak() -> None:
    """Start the peak anew where the system allows it (Linux); elsewhere it stays that of the whole process."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_rss_mb() -> float | None:
    """The most resident memory in MB since `reset_peak`, of the whole process; None where it cannot be read."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        return _rusage_mb()


def _rusage_mb() -> float | None:
    try:
        import resource
    except ImportError:
        return None
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
