-- Another embedding model: its vectors are made in tables of their own, then the tables change names. [[kind]] is one of
-- memory, sentence, entity and fact; [[place]] is _next, or nothing where the vectors in use are filled up.

-- name: next_model
SELECT model, dimension FROM store_next

-- name: begin_next
INSERT INTO store_next (only, model, dimension, begun_at) VALUES (1, :model, :dimension, :begun_at)

-- name: end_next
DELETE FROM store_next

-- name: use_model
UPDATE store SET model = :model, dimension = :dimension

-- name: want_none
DELETE FROM vector_wanted

-- name: want_all
INSERT INTO vector_wanted (kind, number) SELECT '[[kind]]', r.number FROM [[kind]] AS r

-- name: want_missing
INSERT INTO vector_wanted (kind, number)
SELECT '[[kind]]', r.number FROM [[kind]] AS r
WHERE NOT EXISTS (SELECT 1 FROM [[kind]]_vector AS v WHERE v.number = r.number)

-- name: count_wanted
SELECT count(*) FROM vector_wanted

-- fragment: any_row
TRUE

-- fragment: memory_named
w.number IN (SELECT x.number FROM memory AS x WHERE x.id IN (SELECT value FROM json_each(:ids)))

-- fragment: sentence_named
w.number IN (
    SELECT x.number FROM sentence AS x JOIN memory AS o ON o.number = x.memory_number
    WHERE o.id IN (SELECT value FROM json_each(:ids))
)

-- fragment: entity_named
w.number IN (SELECT x.number FROM entity AS x WHERE x.id IN (SELECT value FROM json_each(:ids)))

-- fragment: fact_named
w.number IN (SELECT x.number FROM fact AS x WHERE x.id IN (SELECT value FROM json_each(:ids)))

-- name: wanted_memory
SELECT w.number, m.id, m.text, m.actor_id, m.heading
FROM vector_wanted AS w JOIN memory AS m ON m.number = w.number
WHERE w.kind = 'memory' AND [[chosen]] ORDER BY w.number LIMIT :limit

-- name: wanted_sentence
SELECT w.number, m.id, s.text, s.position
FROM vector_wanted AS w JOIN sentence AS s ON s.number = w.number JOIN memory AS m ON m.number = s.memory_number
WHERE w.kind = 'sentence' AND [[chosen]] ORDER BY w.number LIMIT :limit

-- name: wanted_entity
SELECT w.number, e.id, e.name
FROM vector_wanted AS w JOIN entity AS e ON e.number = w.number
WHERE w.kind = 'entity' AND [[chosen]] ORDER BY w.number LIMIT :limit

-- name: wanted_fact
SELECT w.number, f.id, f.text
FROM vector_wanted AS w JOIN fact AS f ON f.number = w.number
WHERE w.kind = 'fact' AND [[chosen]] ORDER BY w.number LIMIT :limit

-- name: put_vector_made
INSERT OR REPLACE INTO [[kind]]_vector[[place]] (number, vector) VALUES (:number, :vector)

-- name: want_no_more
DELETE FROM vector_wanted WHERE kind = :kind AND number = :number

-- name: set_aside
ALTER TABLE [[kind]]_vector RENAME TO [[kind]]_vector_before

-- name: bring_forward
ALTER TABLE [[kind]]_vector_next RENAME TO [[kind]]_vector

-- name: put_behind
ALTER TABLE [[kind]]_vector_before RENAME TO [[kind]]_vector_next

-- name: drop_left_over
DELETE FROM [[kind]]_vector_next WHERE number IN (SELECT number FROM [[kind]]_vector_next LIMIT :limit)
