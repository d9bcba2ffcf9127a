-- What can be wrong inside a file that opens: `find_…` gives the ids, `repair_…` sets it right.

-- name: integrity
PRAGMA integrity_check(5)

-- name: broken_references
PRAGMA foreign_key_check

-- name: find_wrong_support_count
SELECT f.id FROM fact AS f
WHERE f.support_count <> (SELECT count(*) FROM support AS u WHERE u.fact_number = f.number)
   OR f.expires_at IS NOT (
        SELECT CASE WHEN count(m.expires_at) = count(*) THEN max(m.expires_at) END
        FROM support AS u JOIN memory AS m ON m.number = u.memory_number WHERE u.fact_number = f.number
   )
ORDER BY f.id

-- name: repair_wrong_support_count
UPDATE fact SET
    support_count = (SELECT count(*) FROM support AS u WHERE u.fact_number = fact.number),
    expires_at = (
        SELECT CASE WHEN count(m.expires_at) = count(*) THEN max(m.expires_at) END
        FROM support AS u JOIN memory AS m ON m.number = u.memory_number WHERE u.fact_number = fact.number
    )
WHERE id IN (SELECT value FROM json_each(:ids))

-- name: find_unsupported_fact
SELECT f.id FROM fact AS f WHERE NOT EXISTS (SELECT 1 FROM support AS u WHERE u.fact_number = f.number) ORDER BY f.id

-- name: repair_unsupported_fact
DELETE FROM fact WHERE id IN (SELECT value FROM json_each(:ids))

-- name: find_unnamed_entity
SELECT e.id FROM entity AS e
WHERE {{entity_unnamed e}} AND NOT EXISTS (SELECT 1 FROM entity AS x WHERE x.stands_number = e.number)
ORDER BY e.id

-- name: repair_unnamed_entity
DELETE FROM entity WHERE id IN (SELECT value FROM json_each(:ids))

-- name: find_empty_episode
SELECT p.id FROM episode AS p WHERE NOT EXISTS (SELECT 1 FROM memory AS m WHERE m.episode_number = p.number) ORDER BY p.id

-- name: repair_empty_episode
DELETE FROM episode WHERE id IN (SELECT value FROM json_each(:ids))

-- name: find_stray_words
SELECT CAST(w.rowid AS TEXT) FROM memory_words AS w WHERE w.rowid NOT IN (SELECT m.number FROM memory AS m) ORDER BY w.rowid

-- name: repair_stray_words
DELETE FROM memory_words WHERE rowid IN (SELECT CAST(value AS INTEGER) FROM json_each(:ids))

-- name: find_missing_words
SELECT m.id FROM memory AS m WHERE m.number NOT IN (SELECT w.rowid FROM memory_words AS w) ORDER BY m.id

-- name: words_to_write_again
SELECT m.number, m.owner_number, m.actor_id, m.text FROM memory AS m
WHERE m.id IN (SELECT value FROM json_each(:ids))

-- name: find_missing_vector
SELECT m.id FROM memory AS m WHERE m.number NOT IN (SELECT v.number FROM memory_vector AS v)
UNION ALL
SELECT f.id FROM fact AS f WHERE f.number NOT IN (SELECT v.number FROM fact_vector AS v)
UNION ALL
SELECT e.id FROM entity AS e WHERE e.number NOT IN (SELECT v.number FROM entity_vector AS v)

-- name: forget_the_log
-- Whoever holds a copy in memory reads everything again.
UPDATE owner SET version = version + 1, log_since = version + 1
