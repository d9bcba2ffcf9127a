-- The whole graph in one file. Times are ISO 8601 in UTC with microseconds, so that they sort as text and read well.
-- `number` is a row's place in this file; `id` is its name everywhere else.

-- Which embedding model made the vectors in this file.
CREATE TABLE store (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    model      TEXT NOT NULL,
    dimension  INTEGER NOT NULL CHECK (dimension > 0),
    created_at TEXT NOT NULL
) STRICT;

-- `version` counts the commits to an owner's graph; changes after `log_since` are in change_log.
CREATE TABLE owner (
    number    INTEGER PRIMARY KEY,
    owner     TEXT NOT NULL UNIQUE,
    version   INTEGER NOT NULL DEFAULT 0,
    log_since INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE episode (
    number       INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    owner_number INTEGER NOT NULL REFERENCES owner (number),
    user_id      TEXT,
    agent_id     TEXT,
    run_id       TEXT,
    messages     TEXT NOT NULL,
    occurred_at  TEXT NOT NULL,
    recorded_at  TEXT NOT NULL
) STRICT;
CREATE INDEX episode_of_owner ON episode (owner_number);

CREATE TABLE entity (
    number       INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    owner_number INTEGER NOT NULL REFERENCES owner (number),
    key          TEXT NOT NULL,
    name         TEXT NOT NULL,
    type         TEXT NOT NULL,
    UNIQUE (owner_number, key)
) STRICT;
CREATE INDEX entity_of_owner ON entity (owner_number, id);

CREATE TABLE entity_alias (
    entity_number INTEGER NOT NULL REFERENCES entity (number) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    owner_number  INTEGER NOT NULL,
    key           TEXT NOT NULL,
    alias         TEXT NOT NULL,
    PRIMARY KEY (entity_number, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_by_alias ON entity_alias (owner_number, key);

CREATE TABLE memory (
    number         INTEGER PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    owner_number   INTEGER NOT NULL REFERENCES owner (number),
    user_id        TEXT,
    agent_id       TEXT,
    run_id         TEXT,
    episode_number INTEGER NOT NULL REFERENCES episode (number),
    position       INTEGER NOT NULL,
    text           TEXT NOT NULL,
    text_hash      TEXT NOT NULL,
    memory_type    TEXT NOT NULL,
    role           TEXT,
    actor_id       TEXT,
    about_number   INTEGER REFERENCES entity (number),
    metadata       TEXT NOT NULL,
    categories     TEXT NOT NULL,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_to       TEXT,
    retired_at     TEXT,
    superseded_by  TEXT,
    expires_at     TEXT,
    word_count     INTEGER NOT NULL
) STRICT;
CREATE INDEX memory_of_owner ON memory (owner_number, id);
CREATE INDEX memory_by_hash ON memory (owner_number, text_hash);
CREATE INDEX memory_in_episode ON memory (episode_number, position);
CREATE INDEX memory_in_run ON memory (owner_number, run_id, agent_id, number) WHERE run_id IS NOT NULL;
CREATE INDEX memory_about ON memory (about_number) WHERE about_number IS NOT NULL;
CREATE INDEX memory_superseded ON memory (superseded_by) WHERE superseded_by IS NOT NULL;

CREATE TABLE memory_vector (
    number INTEGER PRIMARY KEY REFERENCES memory (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

-- Metadata and categories again, a row for each value, so that filters use an index. `path` is the JSON array of keys
-- that leads to the value, or the word categories; `in_list` is 1 for the elements of a list.
CREATE TABLE memory_field (
    owner_number  INTEGER NOT NULL,
    path          TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('string', 'number', 'boolean', 'null', 'list', 'object')),
    value         ANY NOT NULL,
    in_list       INTEGER NOT NULL,
    memory_number INTEGER NOT NULL REFERENCES memory (number) ON DELETE CASCADE,
    PRIMARY KEY (owner_number, path, in_list, kind, value, memory_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_of_memory ON memory_field (memory_number);

CREATE TABLE sentence (
    number        INTEGER PRIMARY KEY,
    memory_number INTEGER NOT NULL REFERENCES memory (number) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    span_start    INTEGER NOT NULL,
    span_end      INTEGER NOT NULL,
    text          TEXT NOT NULL,
    UNIQUE (memory_number, position)
) STRICT;

CREATE TABLE sentence_vector (
    number INTEGER PRIMARY KEY REFERENCES sentence (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

CREATE TABLE entity_vector (
    number INTEGER PRIMARY KEY REFERENCES entity (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

-- `expires_at` follows the memories that support the fact: the latest of theirs, none when one of them never expires.
CREATE TABLE fact (
    number         INTEGER PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    owner_number   INTEGER NOT NULL REFERENCES owner (number),
    user_id        TEXT,
    agent_id       TEXT,
    run_id         TEXT,
    subject_number INTEGER NOT NULL REFERENCES entity (number),
    predicate      TEXT NOT NULL,
    object_number  INTEGER NOT NULL REFERENCES entity (number),
    text           TEXT NOT NULL,
    negated        INTEGER NOT NULL CHECK (negated IN (0, 1)),
    modality       TEXT NOT NULL,
    confidence     REAL NOT NULL,
    valid_from     TEXT,
    valid_to       TEXT,
    recorded_at    TEXT NOT NULL,
    retired_at     TEXT,
    superseded_by  TEXT,
    support_count  INTEGER NOT NULL DEFAULT 0,
    expires_at     TEXT
) STRICT;
CREATE INDEX fact_of_owner ON fact (owner_number, id);
CREATE INDEX fact_by_subject ON fact (subject_number, predicate, object_number);
CREATE INDEX fact_by_object ON fact (object_number);
CREATE INDEX fact_superseded ON fact (superseded_by) WHERE superseded_by IS NOT NULL;
-- One statement stands once. Scope ids are never empty, so that '' can stand for a missing one.
CREATE UNIQUE INDEX fact_current ON fact (
    subject_number, predicate, object_number, negated, modality,
    ifnull(user_id, ''), ifnull(agent_id, ''), ifnull(run_id, '')
) WHERE retired_at IS NULL AND valid_to IS NULL;

CREATE TABLE fact_vector (
    number INTEGER PRIMARY KEY REFERENCES fact (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

CREATE TABLE support (
    memory_number INTEGER NOT NULL REFERENCES memory (number) ON DELETE CASCADE,
    fact_number   INTEGER NOT NULL REFERENCES fact (number) ON DELETE CASCADE,
    sentence      INTEGER NOT NULL,
    span_start    INTEGER NOT NULL,
    span_end      INTEGER NOT NULL,
    PRIMARY KEY (memory_number, fact_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX support_of_fact ON support (fact_number);

CREATE TABLE mention (
    memory_number INTEGER NOT NULL REFERENCES memory (number) ON DELETE CASCADE,
    entity_number INTEGER NOT NULL REFERENCES entity (number),
    sentence      INTEGER NOT NULL,
    span_start    INTEGER NOT NULL,
    span_end      INTEGER NOT NULL,
    PRIMARY KEY (memory_number, entity_number, sentence)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_of_entity ON mention (entity_number, memory_number);

-- History outlives the memory: no reference.
CREATE TABLE revision (
    number       INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    owner_number INTEGER NOT NULL REFERENCES owner (number),
    user_id      TEXT,
    agent_id     TEXT,
    run_id       TEXT,
    memory_id    TEXT NOT NULL,
    event        TEXT NOT NULL,
    old_text     TEXT,
    new_text     TEXT,
    actor_id     TEXT,
    reason       TEXT NOT NULL,
    at           TEXT NOT NULL
) STRICT;
CREATE INDEX revision_of_memory ON revision (memory_id);

-- Which rows the last commits touched, so that a copy held in memory catches up without reading everything again.
-- A number in it that is no longer in its table was removed.
CREATE TABLE change_log (
    owner_number INTEGER NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('memory', 'fact', 'entity')),
    version      INTEGER NOT NULL,
    row_number   INTEGER NOT NULL,
    PRIMARY KEY (owner_number, kind, version, row_number)
) STRICT, WITHOUT ROWID;

-- The words of memories, each with its owner's number before it (17_film), so that an owner's postings are his alone.
CREATE VIRTUAL TABLE memory_words USING fts5 (words, tokenize = "porter ascii tokenchars '_'", columnsize = 0);
CREATE VIRTUAL TABLE memory_word USING fts5vocab (memory_words, instance);

-- For people with a shell.
CREATE VIEW v_memories AS
SELECT m.id, o.owner, m.user_id, m.agent_id, m.run_id, m.actor_id, m.text, a.name AS about, m.memory_type, m.categories,
       m.metadata, m.created_at, m.valid_from, m.valid_to, m.retired_at, m.expires_at, e.id AS episode_id
FROM memory AS m
JOIN owner AS o ON o.number = m.owner_number
JOIN episode AS e ON e.number = m.episode_number
LEFT JOIN entity AS a ON a.number = m.about_number;

CREATE VIEW v_facts AS
SELECT f.id, w.owner, f.user_id, f.agent_id, f.run_id, s.name AS subject, f.predicate, o.name AS object, f.negated,
       f.modality, f.confidence, f.text, f.support_count, f.valid_from, f.valid_to, f.recorded_at, f.retired_at,
       f.superseded_by
FROM fact AS f
JOIN owner AS w ON w.number = f.owner_number
JOIN entity AS s ON s.number = f.subject_number
JOIN entity AS o ON o.number = f.object_number;
