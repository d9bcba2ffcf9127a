"""What is in the repository names no package registry and no place on somebody's machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".", "repo1.maven" + ".org", "conda" + ".anaconda.org")
FOREIGN = re.compile(
    "|".join(re.escape(host) for host in HOSTS)
    + r"|(?<![\w.~:*/-])/(?:work|tmp|root|mnt)/[\w.-]"
    + r"|(?<![\w.:*/-])/(?:home|Users)/(?!runner\b)\w"
    + r"|--(?:extra-)?index-url"
)
LONGEST = 2_000_000


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def foreign(text: str) -> list[str]:
    """The registry hosts and machine paths in a text."""
    return [found.group() for found in FOREIGN.finditer(text)]


def test_no_registry_and_no_machine() -> None:
    met = {}
    for path in _tracked():
        raw = path.read_bytes()
        if b"\0" in raw[:4096] or len(raw) > LONGEST or path == Path(__file__).resolve():
            continue
        if found := foreign(raw.decode("utf-8", errors="replace")):
            met[str(path.relative_to(ROOT))] = found
    assert met == {}


@pytest.mark.parametrize(
    "text",
    ["open('/tm" + "p/x.db')", "https://pypi" + ".org/simple", "cd /wor" + "k/a", "/hom" + "e/ana/x", "--index-url x"],
)
def test_the_scan_sees(text: str) -> None:
    assert foreign(text)


@pytest.mark.parametrize(
    "text", ["~/.local/share", "tests/tmp/x", "and/or", "https://example.org/home/x", "/usr/bin/env"]
)
def test_the_scan_passes_over(text: str) -> None:
    assert not foreign(text)
