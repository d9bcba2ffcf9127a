"""Ids and keys: which things are the same thing.

Memories, facts and episodes get a fresh time-ordered id (UUIDv7, RFC 9562 section 5.7), so that ordering by id is
ordering by arrival. An entity's id is derived from its owner and key, so that two writers who meet the same name at
the same time agree on the node without talking to each other.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import time
import unicodedata

_lock = threading.Lock()
_last = 0


def _uuid7() -> bytes:
    """16 bytes of UUIDv7: 48 bits of milliseconds, then 74 random bits; strictly rising within a process."""
    global _last
    with _lock:
        stamp = time.time_ns() // 1_000_000 << 74 | int.from_bytes(os.urandom(10), "big") >> 6
        _last = stamp if stamp > _last else _last + 1
        value = _last
    milliseconds, high, low = value >> 74, value >> 62 & 0xFFF, value & (1 << 62) - 1
    return (milliseconds << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low).to_bytes(16, "big")


def _base32(raw: bytes) -> str:
    return base64.b32hexencode(raw).decode().rstrip("=").lower()


def new_id(prefix: str) -> str:
    """A fresh id such as ``mem_01…``: prefix, underscore, 26 characters that sort by time of making."""
    return f"{prefix}_{_base32(_uuid7())}"


def entity_id(owner: str, key: str) -> str:
    """The id of the entity `key` of `owner`; the same for every writer."""
    digest = hashlib.blake2b(f"{owner}\x00{key}".encode(), digest_size=16).digest()
    return f"ent_{_base32(digest)}"


def text_hash(*parts: str | None) -> str:
    """A digest by which an equal text is recognised: exact text, parts kept apart, None different from empty."""
    joined = "\x00".join("\x01" if part is None else "\x02" + part for part in parts)
    return hashlib.blake2b(joined.encode(), digest_size=16).hexdigest()


def entity_key(name: str) -> str:
    """The normalised form by which two names are one: NFKC, case-folded, invisible and bidirectional marks dropped,
    inner white space and surrounding punctuation folded, a leading article and a trailing possessive removed.

    Look-alike letters of different scripts stay apart. A name that is nothing but punctuation is its own key.
    """
    if name.isascii() and name.isprintable():  # most names: nothing to normalise or to drop
        text = name.lower()
    else:
        text = unicodedata.normalize("NFKC", name).casefold()
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc"))
    text = text.replace("’", "'").replace("`", "'")
    words = text.split()
    stripped = " ".join(words).strip(" \t\"'“”‘’.,;:!?()[]{}«»-–—")
    stripped = stripped.removesuffix("'s")
    for article in ("the ", "a ", "an "):
        if stripped.startswith(article) and len(stripped) > len(article):
            stripped = stripped[len(article) :]
            break
    return stripped or " ".join(words)
