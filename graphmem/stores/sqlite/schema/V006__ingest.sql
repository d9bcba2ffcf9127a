-- What became of an add that was given a key, or put off: under one key an add happens once, and what is put off is done later.
-- `revision` counts the changes of a row, so that of two workers one comes first. `due_at`: when it may be begun or taken over.

CREATE TABLE ingest (
    number       INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    owner_number INTEGER NOT NULL REFERENCES owner (number),
    user_id      TEXT,
    agent_id     TEXT,
    run_id       TEXT,
    key          TEXT,
    content      TEXT NOT NULL,
    episode_id   TEXT,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'working', 'done', 'failed')),
    unread       TEXT NOT NULL,
    said_at      TEXT,
    prompt       TEXT,
    attempts     INTEGER NOT NULL,
    error        TEXT NOT NULL,
    note         TEXT NOT NULL,
    added_at     TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    due_at       TEXT,
    claimed_by   TEXT,
    revision     INTEGER NOT NULL
) STRICT;
CREATE INDEX ingest_of_owner ON ingest (owner_number, id);
CREATE INDEX ingest_to_do ON ingest (owner_number, number) WHERE state IN ('pending', 'working');
-- Scope ids are never empty, so that '' can stand for a missing one.
CREATE UNIQUE INDEX ingest_key ON ingest (
    owner_number, key, ifnull(user_id, ''), ifnull(agent_id, ''), ifnull(run_id, '')
) WHERE key IS NOT NULL;

-- The memories that an add made or repeated, in order.
CREATE TABLE ingest_memory (
    ingest_number INTEGER NOT NULL REFERENCES ingest (number) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    memory_number INTEGER NOT NULL REFERENCES memory (number) ON DELETE CASCADE,
    PRIMARY KEY (ingest_number, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX ingest_of_memory ON ingest_memory (memory_number);

-- For people with a shell.
CREATE VIEW v_ingests AS
SELECT i.id, o.owner, i.user_id, i.agent_id, i.run_id, i.key, i.state, i.attempts, i.error, i.note, i.added_at, i.updated_at,
       i.due_at
FROM ingest AS i
JOIN owner AS o ON o.number = i.owner_number;
