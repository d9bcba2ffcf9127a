"""The password of a local server: made once, kept in a file that only its user reads, known to Neo4j from its first start.

Neo4j takes its first user from `data/dbms/auth.ini`, which `neo4j-admin dbms set-initial-password` writes: a SHA-256 of
salt and password, hashed again 1023 times. Writing it here is the same on 5.26 and 2026.x, saves a Java start of some
five seconds, and keeps the password off every command line, where other users could read it.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from graphmem.errors import StoreUnavailable
from graphmem.service.local_neo4j.places import PASSWORD, write_private

USERNAME = "neo4j"
ROUNDS = 1024
RANDOM_BYTES = 24
FIRST_USER = Path("data", "dbms", "auth.ini")
SYSTEM_DATABASE = Path("data", "databases", "system")
"""Once it is there, the server has its users and reads FIRST_USER no more."""


def password_of(folder: Path) -> str | None:
    """The password kept in the server's folder, or None when there is none."""
    try:
        return (folder / PASSWORD).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def ensure_password(folder: Path) -> str:
    """The password of the server in `folder`; before its first start a new one is drawn and told to it.

    Raises StoreUnavailable when the server has users already and the file with the password is gone.
    """
    password, started = password_of(folder), (folder / SYSTEM_DATABASE).exists()
    if started and password is None:
        raise StoreUnavailable(f"The password of this server is gone: put it back into {folder / PASSWORD}.")
    if password is None:
        password = secrets.token_urlsafe(RANDOM_BYTES)
        write_private(folder / PASSWORD, password + "\n")
    if not started:
        (folder / FIRST_USER).parent.mkdir(parents=True, exist_ok=True)
        write_private(folder / FIRST_USER, first_user(password, secrets.token_bytes(32)))
    return password


def first_user(password: str, salt: bytes) -> str:
    """The line of auth.ini that gives the user neo4j this password."""
    digest = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return f"{USERNAME}:SHA-256,{digest.hex()},{salt.hex()},{ROUNDS}:\n"
