-- Pieces that statements are put together from. {{name alias}} takes one in with ROW replaced by the alias.

-- fragment: scope
-- The walls between tenants: every statement that reads takes in this one or the next.
ROW.owner_number = :owner AND (:agent_id IS NULL OR ROW.agent_id = :agent_id) AND (:run_id IS NULL OR ROW.run_id = :run_id)

-- fragment: scope_by_row
-- The same for rows that another index finds (the plus keeps the planner from the owner's), or for every owner.
(:owner IS NULL OR +ROW.owner_number = :owner)
AND (:agent_id IS NULL OR ROW.agent_id = :agent_id) AND (:run_id IS NULL OR ROW.run_id = :run_id)

-- fragment: view
(ROW.expires_at IS NULL OR ROW.expires_at > :now)
AND (
    :all_times
    OR (
        :as_of IS NULL
        AND ROW.retired_at IS NULL
        AND (ROW.valid_to IS NULL OR ROW.valid_to > :now)
    )
    OR (
        :as_of IS NOT NULL
        AND (ROW.valid_from IS NULL OR ROW.valid_from <= :as_of)
        AND (ROW.valid_to IS NULL OR ROW.valid_to > :as_of)
        AND (ROW.retired_at IS NULL OR ROW.valid_to IS NOT NULL)
    )
)

-- fragment: seen
{{scope ROW}} AND {{view ROW}}

-- fragment: seen_by_row
{{scope_by_row ROW}} AND {{view ROW}}

-- fragment: entity_seen
(:owner IS NULL OR +ROW.owner_number = :owner) AND (
    EXISTS (
        SELECT 1 FROM mention AS n JOIN memory AS m ON m.number = n.memory_number
        WHERE n.entity_number = ROW.number AND {{seen_by_row m}}
    )
    OR EXISTS (SELECT 1 FROM memory AS m WHERE m.about_number = ROW.number AND {{seen_by_row m}})
    OR EXISTS (SELECT 1 FROM fact AS f WHERE f.subject_number = ROW.number AND {{seen_by_row f}})
    OR EXISTS (SELECT 1 FROM fact AS f WHERE f.object_number = ROW.number AND {{seen_by_row f}})
)

-- fragment: entity_said_in_scope
-- Whether words in scope name it, whoever stands for it.
(
    EXISTS (
        SELECT 1 FROM mention AS n JOIN memory AS m ON m.number = n.memory_number
        WHERE n.said_number = ROW.number AND {{scope_by_row m}}
    )
    OR EXISTS (
        SELECT 1 FROM memory AS m
        WHERE m.about_number = ROW.number AND m.about_said IS NULL AND {{scope_by_row m}}
    )
    OR EXISTS (SELECT 1 FROM memory AS m WHERE m.about_said = ROW.number AND {{scope_by_row m}})
    OR EXISTS (
        SELECT 1 FROM fact AS f
        WHERE (f.subject_number = ROW.number AND f.subject_said IS NULL OR f.subject_said = ROW.number) AND {{scope_by_row f}}
    )
    OR EXISTS (
        SELECT 1 FROM fact AS f
        WHERE (f.object_number = ROW.number AND f.object_said IS NULL OR f.object_said = ROW.number) AND {{scope_by_row f}}
    )
)

-- fragment: exactly_here
ROW.agent_id IS :agent_id AND ROW.run_id IS :run_id

-- fragment: entity_unnamed
-- No words name it, whoever stands for it, and it stands for none.
NOT EXISTS (SELECT 1 FROM mention AS n WHERE n.said_number = ROW.number)
AND NOT EXISTS (SELECT 1 FROM memory AS m WHERE m.about_number = ROW.number AND m.about_said IS NULL)
AND NOT EXISTS (SELECT 1 FROM memory AS m WHERE m.about_said = ROW.number)
AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.subject_number = ROW.number AND f.subject_said IS NULL)
AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.subject_said = ROW.number)
AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.object_number = ROW.number AND f.object_said IS NULL)
AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.object_said = ROW.number)

-- fragment: memory_rows
SELECT m.number, m.id, m.user_id, m.agent_id, m.run_id, m.text, m.memory_type, m.role, m.actor_id, p.id, m.position,
       a.id, m.metadata, m.categories, m.created_at, m.updated_at, m.valid_from, m.valid_to, m.retired_at,
       m.superseded_by, m.expires_at, m.text_hash, m.heading, m.feedback,
       (SELECT x.id FROM entity AS x WHERE x.number = m.about_said)
FROM memory AS m
JOIN episode AS p ON p.number = m.episode_number
LEFT JOIN entity AS a ON a.number = m.about_number

-- fragment: memory_rows_said
-- With the entity that its words are about, whoever stands for it.
SELECT m.number, m.id, m.user_id, m.agent_id, m.run_id, m.text, m.memory_type, m.role, m.actor_id, p.id, m.position,
       a.id, m.metadata, m.categories, m.created_at, m.updated_at, m.valid_from, m.valid_to, m.retired_at,
       m.superseded_by, m.expires_at, m.text_hash, m.heading, m.feedback,
       NULL
FROM memory AS m
JOIN episode AS p ON p.number = m.episode_number
LEFT JOIN entity AS a ON a.number = ifnull(m.about_said, m.about_number)

-- fragment: fact_rows_said
-- Between the entities that its words name, whoever stands for them.
SELECT f.number, f.id, f.user_id, f.agent_id, f.run_id, s.id, s.name, f.predicate, o.id, o.name, f.text, f.negated,
       f.modality, f.confidence, f.valid_from, f.valid_to, f.recorded_at, f.retired_at, f.superseded_by, f.support_count,
       NULL, NULL
FROM fact AS f
JOIN entity AS s ON s.number = ifnull(f.subject_said, f.subject_number)
JOIN entity AS o ON o.number = ifnull(f.object_said, f.object_number)

-- fragment: fact_rows
SELECT f.number, f.id, f.user_id, f.agent_id, f.run_id, s.id, s.name, f.predicate, o.id, o.name, f.text, f.negated,
       f.modality, f.confidence, f.valid_from, f.valid_to, f.recorded_at, f.retired_at, f.superseded_by, f.support_count,
       {{fact_as f}}
FROM fact AS f
JOIN entity AS s ON s.number = f.subject_number
JOIN entity AS o ON o.number = f.object_number

-- fragment: numbered_fact
-- The columns of fact_rows with the numbers of the two entities, for who gathers these anyway.
ROW.number, ROW.id, ROW.user_id, ROW.agent_id, ROW.run_id, ROW.subject_number, NULL, ROW.predicate, ROW.object_number, NULL,
ROW.text, ROW.negated, ROW.modality, ROW.confidence, ROW.valid_from, ROW.valid_to, ROW.recorded_at, ROW.retired_at,
ROW.superseded_by, ROW.support_count, {{fact_as ROW}}

-- fragment: fact_as
-- What its words name, where another entity stands for it.
(SELECT x.id FROM entity AS x WHERE x.number = ROW.subject_said), (SELECT x.id FROM entity AS x WHERE x.number = ROW.object_said)

-- fragment: entity_rows
SELECT e.number, e.id, w.owner, e.key, e.name, e.type,
       CASE WHEN EXISTS (SELECT 1 FROM entity AS x WHERE x.stands_number = e.number) THEN {{aliases_of_all e}}
            ELSE {{own_aliases e}} END,
       (SELECT x.id FROM entity AS x WHERE x.number = e.stands_number)
FROM entity AS e
JOIN owner AS w ON w.number = e.owner_number

-- fragment: entity_rows_said
-- Each by itself, whoever stands for it.
SELECT e.number, e.id, w.owner, e.key, e.name, e.type, {{own_aliases e}},
       (SELECT x.id FROM entity AS x WHERE x.number = e.stands_number), ifnull(e.stands_number, e.number)
FROM entity AS e
JOIN owner AS w ON w.number = e.owner_number

-- fragment: own_aliases
(SELECT json_group_array(alias) FROM
    (SELECT l.alias FROM entity_alias AS l WHERE l.entity_number = ROW.number ORDER BY l.position))

-- fragment: aliases_of_all
-- Its own, then the names and aliases of those that it stands for, each once.
(SELECT json_group_array(alias) FROM (
    SELECT alias FROM (
        SELECT l.position AS place, l.alias AS alias FROM entity_alias AS l WHERE l.entity_number = ROW.number
        UNION ALL
        SELECT 1000000, x.name FROM entity AS x WHERE x.stands_number = ROW.number
        UNION ALL
        SELECT 1000000, l.alias FROM entity AS x JOIN entity_alias AS l ON l.entity_number = x.number
        WHERE x.stands_number = ROW.number
    ) GROUP BY alias ORDER BY min(place), alias
))

-- fragment: memory_hashes
m.number IN (
    SELECT x.number FROM memory AS x
    WHERE x.owner_number = :owner AND x.text_hash IN (SELECT value FROM json_each(:hashes))
)

-- fragment: fact_subjects
f.subject_number IN (SELECT x.number FROM entity AS x WHERE x.id IN (SELECT value FROM json_each(:subjects)))

-- fragment: fact_objects
f.object_number IN (SELECT x.number FROM entity AS x WHERE x.id IN (SELECT value FROM json_each(:objects)))

-- fragment: fact_predicates
f.predicate IN (SELECT value FROM json_each(:predicates))

-- fragment: fact_memories
f.number IN (
    SELECT u.fact_number FROM support AS u JOIN memory AS m ON m.number = u.memory_number
    WHERE m.id IN (SELECT value FROM json_each(:memory_ids)) AND {{scope_by_row m}}
)

-- fragment: entity_memories
e.number IN (
    SELECT n.entity_number FROM mention AS n JOIN memory AS m ON m.number = n.memory_number
    WHERE m.id IN (SELECT value FROM json_each(:memory_ids)) AND {{scope_by_row m}}
)

-- fragment: entity_of_owner
ROW.owner_number = :owner
