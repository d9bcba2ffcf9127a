-- An owner's graph row by row, in the order in which it was written, to be made again elsewhere.

-- name: owners
SELECT owner FROM owner WHERE version > 0 AND (:after IS NULL OR owner > :after) ORDER BY owner LIMIT :limit

-- name: portion_entities
SELECT r.*, v.vector FROM (
    {{entity_rows_said}}
    WHERE e.owner_number = :owner AND e.number > :after ORDER BY e.number LIMIT :limit
) AS r LEFT JOIN entity_vector AS v ON v.number = r.number ORDER BY r.number

-- name: portion_memories
SELECT r.*, v.vector FROM (
    {{memory_rows_said}}
    WHERE m.owner_number = :owner AND m.number > :after ORDER BY m.number LIMIT :limit
) AS r LEFT JOIN memory_vector AS v ON v.number = r.number ORDER BY r.number

-- name: portion_sentences
SELECT m.id, s.position, s.span_start, s.span_end, s.text, v.vector
FROM sentence AS s JOIN memory AS m ON m.number = s.memory_number LEFT JOIN sentence_vector AS v ON v.number = s.number
WHERE s.memory_number IN (SELECT value FROM json_each(:numbers))
ORDER BY s.memory_number, s.position

-- name: portion_same
SELECT r.id, w.owner, s.id, t.id, r.status, r.score, r.reason, r.decided_by, r.decided_at, r.number
FROM same_as AS r
JOIN owner AS w ON w.number = r.owner_number
JOIN entity AS s ON s.number = r.source_number
JOIN entity AS t ON t.number = r.target_number
WHERE r.owner_number = :owner AND r.number > :after ORDER BY r.number LIMIT :limit

-- name: portion_facts
SELECT r.*, v.vector FROM (
    {{fact_rows_said}}
    WHERE f.owner_number = :owner AND f.number > :after ORDER BY f.number LIMIT :limit
) AS r LEFT JOIN fact_vector AS v ON v.number = r.number ORDER BY r.number

-- name: portion_numbers
SELECT m.number FROM memory AS m
WHERE m.owner_number = :owner AND m.number > :after ORDER BY m.number LIMIT :limit

-- name: portion_supports
SELECT m.id, f.id, u.sentence, u.span_start, u.span_end, u.since, u.until
FROM support AS u JOIN memory AS m ON m.number = u.memory_number JOIN fact AS f ON f.number = u.fact_number
WHERE u.memory_number IN (SELECT value FROM json_each(:numbers))
ORDER BY u.memory_number, u.fact_number

-- name: portion_mentions
SELECT m.id, e.id, n.sentence, n.span_start, n.span_end
FROM mention AS n JOIN memory AS m ON m.number = n.memory_number JOIN entity AS e ON e.number = n.said_number
WHERE n.memory_number IN (SELECT value FROM json_each(:numbers))
ORDER BY m.id, e.id, n.sentence

-- name: portion_revisions
SELECT r.id, r.user_id, r.agent_id, r.run_id, r.memory_id, r.event, r.old_text, r.new_text, r.actor_id, r.reason, r.at,
       r.record, r.number
FROM revision AS r
WHERE r.owner_number = :owner AND r.number > :after ORDER BY r.number LIMIT :limit
