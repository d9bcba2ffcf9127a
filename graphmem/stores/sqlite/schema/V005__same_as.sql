-- Which entities are one thing. Rows belong to the entity that stands for what they name (`…_number`), and keep what they
-- name (`…_said`), so that two that were joined can be told apart again.

ALTER TABLE entity ADD COLUMN stands_number INTEGER REFERENCES entity (number);
CREATE INDEX entity_stood_for ON entity (stands_number) WHERE stands_number IS NOT NULL;
-- The last word of a name: who shares a surname.
CREATE INDEX entity_by_last_word ON entity (owner_number, substr(key, length(rtrim(key, replace(key, ' ', ''))) + 1), key);

-- What is said of two entities: a candidate waits, `same` joins them, `apart` keeps them apart.
CREATE TABLE same_as (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    owner_number  INTEGER NOT NULL REFERENCES owner (number),
    source_number INTEGER NOT NULL REFERENCES entity (number) ON DELETE CASCADE,
    target_number INTEGER NOT NULL REFERENCES entity (number) ON DELETE CASCADE,
    status        TEXT NOT NULL CHECK (status IN ('candidate', 'same', 'apart')),
    score         REAL NOT NULL,
    reason        TEXT NOT NULL,
    decided_by    TEXT,
    decided_at    TEXT NOT NULL
) STRICT;
CREATE INDEX same_as_of_owner ON same_as (owner_number, status, id);
CREATE INDEX same_as_source ON same_as (source_number);
CREATE INDEX same_as_target ON same_as (target_number);

ALTER TABLE memory ADD COLUMN about_said INTEGER REFERENCES entity (number);
CREATE INDEX memory_about_said ON memory (about_said) WHERE about_said IS NOT NULL;

ALTER TABLE fact ADD COLUMN subject_said INTEGER REFERENCES entity (number);
ALTER TABLE fact ADD COLUMN object_said INTEGER REFERENCES entity (number);
CREATE INDEX fact_subject_said ON fact (subject_said) WHERE subject_said IS NOT NULL;
CREATE INDEX fact_object_said ON fact (object_said) WHERE object_said IS NOT NULL;
DROP INDEX fact_current;
-- One statement stands once, as it was said.
CREATE UNIQUE INDEX fact_current ON fact (
    ifnull(subject_said, subject_number), predicate, ifnull(object_said, object_number), negated, modality,
    ifnull(user_id, ''), ifnull(agent_id, ''), ifnull(run_id, '')
) WHERE retired_at IS NULL AND valid_to IS NULL;

CREATE TABLE mention_said (
    memory_number INTEGER NOT NULL REFERENCES memory (number) ON DELETE CASCADE,
    entity_number INTEGER NOT NULL REFERENCES entity (number),
    said_number   INTEGER NOT NULL REFERENCES entity (number),
    sentence      INTEGER NOT NULL,
    span_start    INTEGER NOT NULL,
    span_end      INTEGER NOT NULL,
    PRIMARY KEY (memory_number, said_number, sentence)
) STRICT, WITHOUT ROWID;
INSERT INTO mention_said (memory_number, entity_number, said_number, sentence, span_start, span_end)
SELECT memory_number, entity_number, entity_number, sentence, span_start, span_end FROM mention;
DROP TABLE mention;
ALTER TABLE mention_said RENAME TO mention;
CREATE INDEX mention_of_entity ON mention (entity_number, memory_number);
CREATE INDEX mention_as_said ON mention (said_number);

-- For people with a shell.
CREATE VIEW v_same_as AS
SELECT a.id, o.owner, s.name AS entity, t.name AS other, a.status, a.score, a.reason, a.decided_by, a.decided_at
FROM same_as AS a
JOIN owner AS o ON o.number = a.owner_number
JOIN entity AS s ON s.number = a.source_number
JOIN entity AS t ON t.number = a.target_number;
