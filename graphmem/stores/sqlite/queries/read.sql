-- What a store is asked. [[slots]] are filled from the fragments when a statement is chosen.

-- name: owner_state
SELECT number, version, log_since FROM owner WHERE owner = :name

-- name: memories_by_id
{{memory_rows}}
WHERE m.id IN (SELECT value FROM json_each(:ids)) AND {{seen_by_row m}}

-- name: memories_by_number
{{memory_rows}}
WHERE m.number IN (SELECT value FROM json_each(:numbers)) AND {{seen_by_row m}}

-- name: memory_page
{{memory_rows}}
WHERE [[where]] AND (:after IS NULL OR m.id [[beyond]] :after)
ORDER BY m.id [[order]]
LIMIT :limit

-- name: memory_total
SELECT count(*) FROM memory AS m WHERE [[where]]

-- name: memory_numbers_filtered
-- Which of the owner's memories a filter takes; who may see them is for the caller to say.
SELECT m.number FROM memory AS m WHERE m.owner_number = :owner AND [[filter]]

-- name: facts_by_id
SELECT {{numbered_fact f}}
FROM fact AS f
WHERE f.id IN (SELECT value FROM json_each(:ids)) AND {{seen_by_row f}}

-- name: fact_page
{{fact_rows}}
WHERE [[where]] AND (:after IS NULL OR f.id [[beyond]] :after)
ORDER BY f.id [[order]]
LIMIT :limit

-- name: fact_total
SELECT count(*) FROM fact AS f WHERE [[where]]

-- name: facts_of_subjects
{{fact_rows}}
WHERE f.subject_number IN (SELECT value FROM json_each(:numbers))
AND f.predicate IN (SELECT value FROM json_each(:predicates)) AND {{seen_by_row f}}
ORDER BY f.id

-- name: facts_of_objects
{{fact_rows}}
WHERE f.object_number IN (SELECT value FROM json_each(:numbers))
AND f.predicate IN (SELECT value FROM json_each(:predicates)) AND {{seen_by_row f}}
ORDER BY f.id

-- name: facts_between
-- Those that say the like of a triple: subject, predicate and object, each found by itself, however many others the ends have.
{{fact_rows}}
WHERE f.number IN (
    SELECT x.number FROM json_each(:triples) AS t
    CROSS JOIN fact AS x ON x.subject_number = json_extract(t.value, '$[0]') AND x.predicate = json_extract(t.value, '$[1]')
        AND x.object_number = json_extract(t.value, '$[2]')
) AND {{seen_by_row f}}

-- name: facts_asked
{{fact_rows}}
WHERE f.id IN (SELECT value FROM json_each(:ids)) AND {{seen_by_row f}}

-- name: facts_they_superseded
{{fact_rows}}
WHERE f.superseded_by IN (SELECT value FROM json_each(:ids)) AND {{seen_by_row f}}

-- name: memories_saying
-- Which memories support these facts; whether they are seen is asked when they are gathered.
SELECT DISTINCT m.id FROM support AS u JOIN memory AS m ON m.number = u.memory_number
WHERE u.fact_number IN (SELECT value FROM json_each(:numbers)) AND {{scope_by_row m}}
ORDER BY m.id

-- name: memory_twins
-- Same words in exactly this scope: an id that is not given is absent in the row, too.
SELECT m.id FROM memory AS m INDEXED BY memory_by_hash
WHERE m.owner_number = :owner AND m.text_hash IN (SELECT value FROM json_each(:hashes))
AND m.agent_id IS :agent_id AND m.run_id IS :run_id AND {{view m}}
ORDER BY m.id

-- name: entities_by_id
{{entity_rows}}
WHERE e.id IN (SELECT value FROM json_each(:ids)) AND {{entity_seen e}}

-- name: entities_by_number
-- The caller has these numbers from rows that the scope sees.
{{entity_rows}}
WHERE e.number IN (SELECT value FROM json_each(:numbers)) AND (:owner IS NULL OR +e.owner_number = :owner)

-- name: entity_numbers_seen
SELECT e.number FROM entity AS e
WHERE e.number IN (SELECT value FROM json_each(:numbers)) AND {{entity_seen e}}

-- name: entities_by_key
{{entity_rows}}
WHERE e.number IN (
    SELECT ifnull(x.stands_number, x.number) FROM entity AS x
    WHERE x.owner_number = :owner AND x.key IN (SELECT value FROM json_each(:keys)) AND {{entity_said_in_scope x}}
    UNION
    SELECT ifnull(x.stands_number, x.number) FROM entity_alias AS l JOIN entity AS x ON x.number = l.entity_number
    WHERE l.owner_number = :owner AND l.key IN (SELECT value FROM json_each(:keys)) AND {{entity_said_in_scope x}}
)
ORDER BY e.id

-- name: entities_said_by_key
-- Those that bear a key themselves; another may stand for them.
{{entity_rows_said}}
WHERE e.number IN (
    SELECT x.number FROM entity AS x WHERE x.owner_number = :owner AND x.key IN (SELECT value FROM json_each(:keys))
    UNION
    SELECT l.entity_number FROM entity_alias AS l
    WHERE l.owner_number = :owner AND l.key IN (SELECT value FROM json_each(:keys))
) AND {{entity_said_in_scope e}}
ORDER BY e.id

-- name: entities_beginning
SELECT x.number FROM entity AS x
WHERE x.owner_number = :owner AND x.key >= :head AND x.key < :beyond AND x.type <> :value_type
ORDER BY x.key LIMIT :most

-- name: entities_ending
SELECT x.number FROM entity AS x
WHERE x.owner_number = :owner AND substr(x.key, length(rtrim(x.key, replace(x.key, ' ', ''))) + 1) = :last
  AND x.key >= :head AND x.key < :beyond AND x.type <> :value_type
ORDER BY x.key LIMIT :most

-- name: entities_said_by_number
{{entity_rows_said}}
WHERE e.number IN (SELECT value FROM json_each(:numbers)) AND +e.owner_number = :owner AND e.type <> :value_type
ORDER BY e.id

-- name: entity_neighbours
-- What facts in scope join each entity with, a few of them.
SELECT x.value, (SELECT json_group_array(id) FROM (
    SELECT id FROM (
        SELECT o.id FROM fact AS f JOIN entity AS o ON o.number = f.object_number
        WHERE f.subject_number = x.value AND o.type <> :value_type AND {{scope_by_row f}} LIMIT :most
    )
    UNION
    SELECT id FROM (
        SELECT s.id FROM fact AS f JOIN entity AS s ON s.number = f.subject_number
        WHERE f.object_number = x.value AND s.type <> :value_type AND {{scope_by_row f}} LIMIT :most
    )
)) FROM json_each(:numbers) AS x

-- name: entities_said_here
-- Which of these, each by itself, are named by words of exactly this agent and run.
SELECT x.value FROM json_each(:numbers) AS x
WHERE EXISTS (
    SELECT 1 FROM mention AS n JOIN memory AS m ON m.number = n.memory_number
    WHERE n.said_number = x.value AND {{exactly_here m}}
)
OR EXISTS (SELECT 1 FROM memory AS m WHERE m.about_number = x.value AND m.about_said IS NULL AND {{exactly_here m}})
OR EXISTS (SELECT 1 FROM memory AS m WHERE m.about_said = x.value AND {{exactly_here m}})
OR EXISTS (SELECT 1 FROM fact AS f WHERE f.subject_number = x.value AND f.subject_said IS NULL AND {{exactly_here f}})
OR EXISTS (SELECT 1 FROM fact AS f WHERE f.subject_said = x.value AND {{exactly_here f}})
OR EXISTS (SELECT 1 FROM fact AS f WHERE f.object_number = x.value AND f.object_said IS NULL AND {{exactly_here f}})
OR EXISTS (SELECT 1 FROM fact AS f WHERE f.object_said = x.value AND {{exactly_here f}})

-- name: entities_said_in_scope
SELECT e.number FROM entity AS e WHERE e.number IN (SELECT value FROM json_each(:numbers)) AND {{entity_said_in_scope e}}

-- name: members_said_in_scope
-- Those of these entities and of all that they stand for that words in scope name, each by itself.
{{entity_rows_said}}
WHERE e.number IN (
    SELECT x.number FROM entity AS x WHERE x.id IN (SELECT value FROM json_each(:ids))
    UNION
    SELECT y.number FROM entity AS x JOIN entity AS y ON y.stands_number = x.number
    WHERE x.id IN (SELECT value FROM json_each(:ids))
) AND +e.owner_number = :owner AND {{entity_said_in_scope e}}
ORDER BY e.id

-- name: same_page
-- Pairs of entities that the scope has words about, whoever stands for them.
SELECT r.id, w.owner, s.id, t.id, r.status, r.score, r.reason, r.decided_by, r.decided_at, r.number
FROM same_as AS r
JOIN owner AS w ON w.number = r.owner_number
JOIN entity AS s ON s.number = r.source_number
JOIN entity AS t ON t.number = r.target_number
WHERE r.owner_number = :owner AND r.status IN (SELECT value FROM json_each(:statuses))
  AND (:id IS NULL OR r.id = :id) AND (:after IS NULL OR r.id > :after)
  AND {{entity_said_in_scope s}} AND {{entity_said_in_scope t}}
ORDER BY r.id
LIMIT :limit

-- name: same_total
SELECT count(*) FROM same_as AS r
JOIN entity AS s ON s.number = r.source_number
JOIN entity AS t ON t.number = r.target_number
WHERE r.owner_number = :owner AND r.status IN (SELECT value FROM json_each(:statuses))
  AND (:id IS NULL OR r.id = :id) AND {{entity_said_in_scope s}} AND {{entity_said_in_scope t}}

-- name: entities_said_by_id
{{entity_rows_said}}
WHERE e.id IN (SELECT value FROM json_each(:ids)) AND +e.owner_number = :owner
ORDER BY e.id

-- name: entity_page
{{entity_rows}}
WHERE [[where]] AND (:after IS NULL OR e.id [[beyond]] :after)
ORDER BY e.id [[order]]
LIMIT :limit

-- name: entity_total
SELECT count(*) FROM entity AS e WHERE [[where]]

-- name: episodes_by_number
SELECT p.id, p.user_id, p.agent_id, p.run_id, p.messages, p.occurred_at, p.recorded_at
FROM episode AS p
WHERE p.number IN (
    SELECT m.episode_number FROM memory AS m WHERE m.number IN (SELECT value FROM json_each(:numbers))
)

-- name: episodes_by_id
SELECT p.id, p.user_id, p.agent_id, p.run_id, p.messages, p.occurred_at, p.recorded_at
FROM episode AS p
WHERE p.id IN (SELECT value FROM json_each(:ids)) AND {{scope_by_row p}}
AND EXISTS (SELECT 1 FROM memory AS m WHERE m.episode_number = p.number AND {{seen_by_row m}})

-- name: sentences_of
SELECT s.memory_number, s.position, s.span_start, s.span_end, s.text
FROM sentence AS s
WHERE s.memory_number IN (SELECT value FROM json_each(:numbers))

-- name: facts_of_memories
-- A row for each support.
SELECT {{numbered_fact f}}, u.sentence, u.span_start, u.span_end, u.since, u.until, u.memory_number
FROM support AS u JOIN fact AS f ON f.number = u.fact_number
WHERE u.memory_number IN (SELECT value FROM json_each(:numbers)) AND {{seen_by_row f}}

-- name: supports_of_facts
SELECT m.id, f.id, u.sentence, u.span_start, u.span_end, u.since, u.until, m.number
FROM support AS u JOIN memory AS m ON m.number = u.memory_number JOIN fact AS f ON f.number = u.fact_number
WHERE u.fact_number IN (SELECT value FROM json_each(:numbers)) AND {{seen_by_row m}}
ORDER BY m.id, f.id

-- name: mentions_of
SELECT m.id, e.id, n.sentence, n.span_start, n.span_end, e.number
FROM mention AS n JOIN memory AS m ON m.number = n.memory_number JOIN entity AS e ON e.number = n.entity_number
WHERE n.memory_number IN (SELECT value FROM json_each(:numbers))
ORDER BY m.id, e.id, n.sentence

-- name: about_of
SELECT m.about_number FROM memory AS m
WHERE m.number IN (SELECT value FROM json_each(:numbers)) AND m.about_number IS NOT NULL

-- name: revisions_of
SELECT r.id, r.user_id, r.agent_id, r.run_id, r.memory_id, r.event, r.old_text, r.new_text, r.actor_id, r.reason, r.at,
       r.record
FROM revision AS r
WHERE r.memory_id = :memory_id AND {{scope_by_row r}}
ORDER BY r.number

-- name: count_memories
SELECT count(*) FROM memory AS m WHERE {{seen_by_row m}}

-- name: count_facts
SELECT count(*) FROM fact AS f WHERE {{seen_by_row f}}

-- name: count_entities
SELECT count(*) FROM entity AS e WHERE {{entity_seen e}}

-- name: count_episodes
SELECT count(DISTINCT m.episode_number) FROM memory AS m WHERE {{seen_by_row m}}

-- name: mentions_to_walk
-- From memories to the entities that they name; literal values are no places to walk through.
SELECT n.memory_number, n.entity_number, n.sentence
FROM mention AS n JOIN entity AS e ON e.number = n.entity_number
WHERE n.memory_number IN (SELECT value FROM json_each(:numbers)) AND e.type <> :value_type

-- name: entities_to_walk
SELECT e.number, e.id FROM entity AS e
WHERE e.id IN (SELECT value FROM json_each(:ids)) AND e.owner_number = :owner AND e.type <> :value_type

-- name: entity_vectors
SELECT e.number, e.id, v.vector FROM entity AS e LEFT JOIN entity_vector AS v ON v.number = e.number
WHERE e.number IN (SELECT value FROM json_each(:numbers))

-- name: memories_about
SELECT m.about_number, m.number FROM memory AS m WHERE m.about_number IN (SELECT value FROM json_each(:numbers))

-- name: memories_naming
SELECT DISTINCT n.entity_number, n.memory_number FROM mention AS n
WHERE n.entity_number IN (SELECT value FROM json_each(:numbers))

-- name: ends_of_entities
-- How many facts have each entity at one end, whoever sees them.
SELECT e.number,
       (SELECT count(*) FROM fact AS f WHERE f.subject_number = e.number)
       + (SELECT count(*) FROM fact AS f WHERE f.object_number = e.number)
FROM entity AS e WHERE e.number IN (SELECT value FROM json_each(:numbers))

-- name: facts_to_walk
-- One with the same entity at both ends comes twice.
SELECT f.subject_number, f.number, f.id FROM fact AS f
WHERE f.subject_number IN (SELECT value FROM json_each(:numbers)) AND {{seen_by_row f}}
UNION ALL
SELECT f.object_number, f.number, f.id FROM fact AS f
WHERE f.object_number IN (SELECT value FROM json_each(:numbers)) AND {{seen_by_row f}}

-- name: fact_vectors
SELECT v.number, v.vector FROM fact_vector AS v WHERE v.number IN (SELECT value FROM json_each(:numbers))

-- name: facts_told
SELECT f.number, f.id, s.id, s.name, f.predicate, o.id, o.name, f.text, f.negated
FROM fact AS f
JOIN entity AS s ON s.number = f.subject_number
JOIN entity AS o ON o.number = f.object_number
WHERE f.number IN (SELECT value FROM json_each(:numbers))
ORDER BY f.id

-- name: tellers
SELECT u.fact_number, u.memory_number, u.sentence FROM support AS u
WHERE u.fact_number IN (SELECT value FROM json_each(:numbers))

-- name: sentence_vectors
SELECT s.memory_number, s.position, v.vector
FROM sentence AS s JOIN sentence_vector AS v ON v.number = s.number
WHERE s.memory_number IN (SELECT value FROM json_each(:numbers))

-- name: neighbours
-- What came right before and after in the same run; of those without one (`alone`), in the same episode.
SELECT m.number, (
    SELECT max(x.number) FROM memory AS x
    WHERE x.owner_number = m.owner_number AND x.run_id = m.run_id AND x.agent_id IS m.agent_id AND x.number < m.number
) FROM memory AS m
WHERE m.number IN (SELECT value FROM json_each(:numbers)) AND m.run_id IS NOT NULL
UNION
SELECT m.number, (
    SELECT min(x.number) FROM memory AS x
    WHERE x.owner_number = m.owner_number AND x.run_id = m.run_id AND x.agent_id IS m.agent_id AND x.number > m.number
) FROM memory AS m
WHERE m.number IN (SELECT value FROM json_each(:numbers)) AND m.run_id IS NOT NULL
UNION
SELECT m.number, x.number FROM memory AS m
JOIN memory AS x ON x.episode_number = m.episode_number AND x.position IN (m.position - 1, m.position + 1)
WHERE m.number IN (SELECT value FROM json_each(:alone)) AND m.run_id IS NULL

-- name: actors_of
SELECT m.id, m.actor_id FROM memory AS m
WHERE m.number IN (SELECT value FROM json_each(:numbers)) AND +m.owner_number = :owner AND m.actor_id IS NOT NULL

-- name: postings
-- A row for each time that the word stands in a memory.
SELECT doc FROM memory_word WHERE term = :term

-- name: phrase
SELECT rowid FROM memory_words WHERE memory_words MATCH :phrase ORDER BY rowid

-- name: changed_rows
SELECT DISTINCT row_number FROM change_log
WHERE owner_number = :owner AND kind = :kind AND version > :version

-- fragment: memory_shelf
SELECT r.number, r.id, r.agent_id, r.run_id, r.valid_from, r.valid_to, r.retired_at, r.expires_at, r.word_count,
       ifnull(r.about_number, 0), r.episode_number, v.vector
FROM memory AS r LEFT JOIN memory_vector AS v ON v.number = r.number

-- fragment: fact_shelf
SELECT r.number, r.id, r.agent_id, r.run_id, r.valid_from, r.valid_to, r.retired_at, r.expires_at, 0, r.subject_number,
       r.object_number, v.vector
FROM fact AS r LEFT JOIN fact_vector AS v ON v.number = r.number

-- fragment: tie_shelf
SELECT r.number, r.id, r.agent_id, r.run_id, r.valid_from, r.valid_to, r.retired_at, r.expires_at, 0, r.subject_number,
       r.object_number, NULL
FROM fact AS r

-- fragment: entity_shelf
SELECT r.number, r.id, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, v.vector
FROM entity AS r LEFT JOIN entity_vector AS v ON v.number = r.number

-- name: shelf_of_owner
[[shelf]] WHERE r.owner_number = :owner

-- name: shelf_by_number
[[shelf]] WHERE r.number IN (SELECT value FROM json_each(:numbers)) AND +r.owner_number = :owner
