"""Says in the words of a shell what the engine says in those of Python: the name of an option for that of an argument, a command for a
method."""

from __future__ import annotations

import re

OPTIONS = {
    "actor_id": "--actor",
    "as_of": "--as-of",
    "attempts": "--attempts",
    "categories": "--category",
    "cursor": "--cursor",
    "expires_at": "--expires-at",
    "feedback": "VALUE",
    "hops": "--hops",
    "idempotency_key": "--key",
    "lease": "--lease",
    "limit": "--limit",
    "max_hops": "--max-hops",
    "memory_type": "--type",
    "metadata": "--metadata",
    "object": "--object",
    "occurred_at": "--occurred-at",
    "predicate": "--predicate",
    "reason": "--reason",
    "revision": "--revision",
    "state": "--state",
    "status": "--status",
    "subject": "--subject",
    "threshold": "--threshold",
    "timeout": "--timeout",
    "user_id": "--user",
    "agent_id": "--agent",
    "run_id": "--run",
}
"""By argument, the option that gives it."""
COMMANDS = {
    "get_all()": "graphmem list",
    "entities()": "graphmem entities",
    "facts()": "graphmem facts",
    "history()": "graphmem history",
    "ingests()": "graphmem ingests",
    "same_as()": "graphmem same",
    "same_as(status='same')": "graphmem same --status same",
    "split()": "graphmem split",
    "dismiss()": "graphmem dismiss",
    "delete_all": "graphmem delete --all",
}
PHRASES = {
    "scope is an argument of the call": "-u, -a and -r give the scope",
    "give agent_id": "give -a AGENT",
    "leave out defer": "leave out --defer",
    "pass its next_cursor": "give the one that a page printed",
    "give text, metadata, categories or expires_at": "give a TEXT, --metadata, --category or --expires-at",
}
_ARGUMENT = re.compile(rf"^(items\[\d+\]: )?({'|'.join(OPTIONS)})=")


def in_options(message: str) -> str:
    """The message as somebody at a shell reads it. What it quotes of his stays as he gave it."""
    message = _ARGUMENT.sub(lambda found: f"{found[1] or ''}{OPTIONS[found[2]]} ", message)
    message = re.sub(r"^filters\b", "--filter", message)
    head, colon, advice = message.rpartition(": ")
    for said, meant in {**PHRASES, **COMMANDS}.items():
        advice = re.sub(rf"(?<![\w'\"]){re.escape(said)}(?![\w'\"])", meant, advice)
    return f"{head}{colon}{advice}"
