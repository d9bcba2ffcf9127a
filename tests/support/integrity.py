"""Looks at a store's file from outside, with SQL of its own: whatever is there has to be there as a whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path

CHECKS = {
    "sentence without its memory": "SELECT count(*) FROM sentence WHERE memory_number NOT IN (SELECT number FROM memory)",
    "support without an end": """
        SELECT count(*) FROM support WHERE memory_number NOT IN (SELECT number FROM memory)
        OR fact_number NOT IN (SELECT number FROM fact)""",
    "mention without an end": """
        SELECT count(*) FROM mention WHERE memory_number NOT IN (SELECT number FROM memory)
        OR entity_number NOT IN (SELECT number FROM entity)""",
    "fact that nothing supports": "SELECT count(*) FROM fact WHERE number NOT IN (SELECT fact_number FROM support)",
    "wrong support count": """
        SELECT count(*) FROM fact AS f
        WHERE f.support_count <> (SELECT count(*) FROM support AS s WHERE s.fact_number = f.number)""",
    "entity that nothing names": """
        SELECT count(*) FROM entity WHERE number NOT IN (SELECT entity_number FROM mention)
        AND number NOT IN (SELECT subject_number FROM fact) AND number NOT IN (SELECT object_number FROM fact)
        AND number NOT IN (SELECT about_number FROM memory WHERE about_number IS NOT NULL)""",
    "episode without a memory": "SELECT count(*) FROM episode WHERE number NOT IN (SELECT episode_number FROM memory)",
    "memory without its words": "SELECT count(*) FROM memory WHERE number NOT IN (SELECT rowid FROM memory_words)",
    "words without their memory": "SELECT count(*) FROM memory_words WHERE rowid NOT IN (SELECT number FROM memory)",
    "word count that is not the index's": """
        SELECT count(*) FROM memory AS m
        WHERE m.word_count <> (SELECT count(*) FROM memory_word AS w WHERE w.doc = m.number)""",
    "field without its memory": "SELECT count(*) FROM memory_field WHERE memory_number NOT IN (SELECT number FROM memory)",
    "two current facts that say the same": """
        SELECT count(*) FROM (
            SELECT 1 FROM fact WHERE retired_at IS NULL AND valid_to IS NULL
            GROUP BY subject_number, predicate, object_number, negated, modality, user_id, agent_id, run_id
            HAVING count(*) > 1)""",
    "version behind the log": """
        SELECT count(*) FROM owner AS o
        WHERE o.version < (SELECT ifnull(max(version), 0) FROM change_log AS c WHERE c.owner_number = o.number)""",
} | {
    f"{kind} and its vector are not together": f"""
        SELECT (SELECT count(*) FROM {kind} WHERE number NOT IN (SELECT number FROM {kind}_vector))
        + (SELECT count(*) FROM {kind}_vector WHERE number NOT IN (SELECT number FROM {kind}))"""
    for kind in ("memory", "sentence", "fact", "entity")
}


def faults_in(path: Path) -> list[str]:
    """What is wrong with the file, in words; empty when all is well."""
    connection = sqlite3.connect(path)
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        connection.execute("INSERT INTO memory_words (memory_words) VALUES ('integrity-check')")
        for what, query in CHECKS.items():
            (number,) = connection.execute(query).fetchone()
            if number:
                found.append(f"{number} × {what}")
        return found
    finally:
        connection.close()
