-- A second place for vectors, so that a file can be moved to another embedding model while it is in use.

-- What a later piece of a long text continues is part of what its vector is made of. For texts that came in alone it is
-- known from before: their first piece says what they are about.
ALTER TABLE memory ADD COLUMN heading TEXT;
UPDATE memory SET heading = (
    SELECT a.name FROM memory AS f JOIN entity AS a ON a.number = f.about_number
    WHERE f.episode_number = memory.episode_number AND f.position = 0
)
WHERE position > 0 AND actor_id IS NULL
  AND episode_number IN (SELECT number FROM episode WHERE json_array_length(messages) = 1);

-- The model whose vectors are being made; no row while none are.
CREATE TABLE store_next (
    only      INTEGER PRIMARY KEY CHECK (only = 1),
    model     TEXT NOT NULL,
    dimension INTEGER NOT NULL CHECK (dimension > 0),
    begun_at  TEXT NOT NULL
) STRICT;

-- The new vectors. To switch, these tables and those without _next change names; what is here afterwards is dropped.
CREATE TABLE memory_vector_next (
    number INTEGER PRIMARY KEY REFERENCES memory (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

CREATE TABLE sentence_vector_next (
    number INTEGER PRIMARY KEY REFERENCES sentence (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

CREATE TABLE entity_vector_next (
    number INTEGER PRIMARY KEY REFERENCES entity (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

CREATE TABLE fact_vector_next (
    number INTEGER PRIMARY KEY REFERENCES fact (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;

-- The rows that still lack a vector. While new ones are made, whoever writes a row or changes its words puts it here.
-- (In a trigger, OR IGNORE gives way to what the statement that fires it says of conflicts.)
CREATE TABLE vector_wanted (
    kind   TEXT NOT NULL CHECK (kind IN ('memory', 'sentence', 'entity', 'fact')),
    number INTEGER NOT NULL,
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER memory_wants_vector AFTER INSERT ON memory WHEN EXISTS (SELECT 1 FROM store_next)
BEGIN
    INSERT INTO vector_wanted (kind, number) SELECT 'memory', NEW.number
    WHERE NOT EXISTS (SELECT 1 FROM vector_wanted WHERE kind = 'memory' AND number = NEW.number);
END;

CREATE TRIGGER memory_wants_another AFTER UPDATE OF text, actor_id, heading ON memory
WHEN EXISTS (SELECT 1 FROM store_next)
 AND (NEW.text IS NOT OLD.text OR NEW.actor_id IS NOT OLD.actor_id OR NEW.heading IS NOT OLD.heading)
BEGIN
    INSERT INTO vector_wanted (kind, number) SELECT 'memory', NEW.number
    WHERE NOT EXISTS (SELECT 1 FROM vector_wanted WHERE kind = 'memory' AND number = NEW.number);
END;

CREATE TRIGGER memory_wants_none AFTER DELETE ON memory
BEGIN
    DELETE FROM vector_wanted WHERE kind = 'memory' AND number = OLD.number;
END;

CREATE TRIGGER sentence_wants_vector AFTER INSERT ON sentence WHEN EXISTS (SELECT 1 FROM store_next)
BEGIN
    INSERT INTO vector_wanted (kind, number) SELECT 'sentence', NEW.number
    WHERE NOT EXISTS (SELECT 1 FROM vector_wanted WHERE kind = 'sentence' AND number = NEW.number);
END;

CREATE TRIGGER sentence_wants_another AFTER UPDATE OF text ON sentence
WHEN EXISTS (SELECT 1 FROM store_next) AND NEW.text IS NOT OLD.text
BEGIN
    INSERT INTO vector_wanted (kind, number) SELECT 'sentence', NEW.number
    WHERE NOT EXISTS (SELECT 1 FROM vector_wanted WHERE kind = 'sentence' AND number = NEW.number);
END;

CREATE TRIGGER sentence_wants_none AFTER DELETE ON sentence
BEGIN
    DELETE FROM vector_wanted WHERE kind = 'sentence' AND number = OLD.number;
END;

CREATE TRIGGER entity_wants_vector AFTER INSERT ON entity WHEN EXISTS (SELECT 1 FROM store_next)
BEGIN
    INSERT INTO vector_wanted (kind, number) SELECT 'entity', NEW.number
    WHERE NOT EXISTS (SELECT 1 FROM vector_wanted WHERE kind = 'entity' AND number = NEW.number);
END;

CREATE TRIGGER entity_wants_none AFTER DELETE ON entity
BEGIN
    DELETE FROM vector_wanted WHERE kind = 'entity' AND number = OLD.number;
END;

CREATE TRIGGER fact_wants_vector AFTER INSERT ON fact WHEN EXISTS (SELECT 1 FROM store_next)
BEGIN
    INSERT INTO vector_wanted (kind, number) SELECT 'fact', NEW.number
    WHERE NOT EXISTS (SELECT 1 FROM vector_wanted WHERE kind = 'fact' AND number = NEW.number);
END;

CREATE TRIGGER fact_wants_none AFTER DELETE ON fact
BEGIN
    DELETE FROM vector_wanted WHERE kind = 'fact' AND number = OLD.number;
END;
