-- The statements of a commit, all in one transaction.

-- name: claim_owner
INSERT INTO owner (owner) VALUES (:name) ON CONFLICT (owner) DO NOTHING

-- name: bump_version
UPDATE owner SET version = :version WHERE number = :owner

-- name: log_change
INSERT OR IGNORE INTO change_log (owner_number, kind, version, row_number) VALUES (:owner, :kind, :version, :number)

-- name: prune_log
DELETE FROM change_log WHERE owner_number = :owner AND version <= :version

-- name: set_log_since
UPDATE owner SET log_since = :version WHERE number = :owner

-- name: highest_numbers
SELECT (SELECT ifnull(max(number), 0) FROM episode), (SELECT ifnull(max(number), 0) FROM entity),
       (SELECT ifnull(max(number), 0) FROM memory), (SELECT ifnull(max(number), 0) FROM sentence),
       (SELECT ifnull(max(number), 0) FROM fact)

-- name: episodes_there
SELECT p.id, p.number, p.owner_number FROM episode AS p WHERE p.id IN (SELECT value FROM json_each(:ids))

-- name: memories_there
SELECT m.id, m.number, m.owner_number, m.text, ifnull(m.about_said, m.about_number), m.episode_number FROM memory AS m
WHERE m.id IN (SELECT value FROM json_each(:ids))

-- name: facts_there
SELECT f.id, f.number, f.owner_number FROM fact AS f WHERE f.id IN (SELECT value FROM json_each(:ids))

-- name: entities_there
SELECT e.id, e.number, e.owner_number FROM entity AS e WHERE e.id IN (SELECT value FROM json_each(:ids))

-- name: entities_with_keys
SELECT e.key, e.number FROM entity AS e
WHERE e.owner_number = :owner AND e.key IN (SELECT value FROM json_each(:keys))

-- name: sentences_there
SELECT s.memory_number, s.position, s.number FROM sentence AS s
WHERE s.memory_number IN (SELECT value FROM json_each(:numbers))

-- name: add_episode
INSERT INTO episode (number, id, owner_number, user_id, agent_id, run_id, messages, occurred_at, recorded_at)
VALUES (:number, :id, :owner, :user_id, :agent_id, :run_id, :messages, :occurred_at, :recorded_at)

-- name: add_entity
INSERT INTO entity (number, id, owner_number, key, name, type) VALUES (:number, :id, :owner, :key, :name, :type)

-- name: aliases_of
SELECT l.alias FROM entity_alias AS l WHERE l.entity_number = :number ORDER BY l.position

-- name: add_alias
INSERT INTO entity_alias (entity_number, position, owner_number, key, alias)
VALUES (:number, :position, :owner, :key, :alias)

-- name: put_memory
INSERT INTO memory (number, id, owner_number, user_id, agent_id, run_id, episode_number, position, text, text_hash,
                    memory_type, role, actor_id, about_number, metadata, categories, created_at, updated_at, valid_from,
                    valid_to, retired_at, superseded_by, expires_at, word_count, heading, feedback, about_said)
VALUES (:number, :id, :owner, :user_id, :agent_id, :run_id, :episode, :position, :text, :text_hash, :memory_type, :role,
        :actor_id, :about, :metadata, :categories, :created_at, :updated_at, :valid_from, :valid_to, :retired_at,
        :superseded_by, :expires_at, :word_count, :heading, :feedback, :about_said)
ON CONFLICT (number) DO UPDATE SET
    user_id = excluded.user_id, agent_id = excluded.agent_id, run_id = excluded.run_id,
    episode_number = excluded.episode_number, position = excluded.position, text = excluded.text,
    text_hash = excluded.text_hash, memory_type = excluded.memory_type, role = excluded.role,
    actor_id = excluded.actor_id, about_number = excluded.about_number, metadata = excluded.metadata,
    categories = excluded.categories, created_at = excluded.created_at, updated_at = excluded.updated_at,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, retired_at = excluded.retired_at,
    superseded_by = excluded.superseded_by, expires_at = excluded.expires_at, word_count = excluded.word_count,
    heading = excluded.heading, feedback = excluded.feedback, about_said = excluded.about_said

-- name: drop_fields
DELETE FROM memory_field WHERE memory_number = :number

-- name: add_field
INSERT OR IGNORE INTO memory_field (owner_number, path, kind, value, in_list, memory_number)
VALUES (:owner, :path, :kind, :value, :in_list, :number)

-- name: drop_words
DELETE FROM memory_words WHERE rowid = :number

-- name: add_words
INSERT INTO memory_words (rowid, words) VALUES (:number, :words)

-- name: put_sentence
INSERT INTO sentence (number, memory_number, position, span_start, span_end, text)
VALUES (:number, :memory, :position, :span_start, :span_end, :text)
ON CONFLICT (number) DO UPDATE SET span_start = excluded.span_start, span_end = excluded.span_end, text = excluded.text

-- name: add_fact
INSERT INTO fact (number, id, owner_number, user_id, agent_id, run_id, subject_number, predicate, object_number, text,
                  negated, modality, confidence, valid_from, valid_to, recorded_at, retired_at, superseded_by,
                  subject_said, object_said)
VALUES (:number, :id, :owner, :user_id, :agent_id, :run_id, :subject, :predicate, :object, :text, :negated, :modality,
        :confidence, :valid_from, :valid_to, :recorded_at, :retired_at, :superseded_by, :subject_said, :object_said)

-- name: current_twin
-- The fact that says the same in the same scope, in the same names, and is current at :now.
SELECT f.id, f.number FROM fact AS f
WHERE f.subject_number = :subject AND f.predicate = :predicate AND f.object_number = :object AND f.negated = :negated
  AND f.subject_said IS :subject_said AND f.object_said IS :object_said
  AND f.modality = :modality AND f.user_id IS :user_id AND f.agent_id IS :agent_id AND f.run_id IS :run_id
  AND f.retired_at IS NULL AND (f.valid_to IS NULL OR f.valid_to > :now) AND f.number <> :number
ORDER BY f.number
LIMIT 1

-- name: add_support
INSERT OR IGNORE INTO support (memory_number, fact_number, sentence, span_start, span_end, since, until)
VALUES (:memory, :fact, :sentence, :span_start, :span_end, :since, :until)

-- name: add_mention
INSERT OR IGNORE INTO mention (memory_number, entity_number, said_number, sentence, span_start, span_end)
VALUES (:memory, :entity, :said, :sentence, :span_start, :span_end)

-- name: add_revision
INSERT INTO revision (id, owner_number, user_id, agent_id, run_id, memory_id, event, old_text, new_text, actor_id, reason, at,
                      record)
VALUES (:id, :owner, :user_id, :agent_id, :run_id, :memory_id, :event, :old_text, :new_text, :actor_id, :reason, :at,
        :record)
ON CONFLICT (id) DO NOTHING

-- name: put_memory_vector
INSERT OR REPLACE INTO memory_vector (number, vector) VALUES (:number, :vector)

-- name: put_sentence_vector
INSERT OR REPLACE INTO sentence_vector (number, vector) VALUES (:number, :vector)

-- name: put_fact_vector
INSERT OR REPLACE INTO fact_vector (number, vector) VALUES (:number, :vector)

-- name: put_entity_vector
INSERT OR IGNORE INTO entity_vector (number, vector) VALUES (:number, :vector)

-- name: retire_fact
UPDATE fact SET retired_at = :at, valid_to = ifnull(:valid_to, valid_to), superseded_by = :superseded_by
WHERE id = :id AND +owner_number = :owner

-- name: redate_fact
UPDATE fact SET valid_from = :valid_from, valid_to = :valid_to, retired_at = :retired_at, superseded_by = :superseded_by
WHERE id = :id AND +owner_number = :owner

-- name: retire_memory
UPDATE memory SET retired_at = :at, valid_to = ifnull(:valid_to, valid_to), superseded_by = :superseded_by
WHERE id = :id AND +owner_number = :owner

-- name: facts_supported_by
SELECT DISTINCT u.fact_number FROM support AS u WHERE u.memory_number IN (SELECT value FROM json_each(:numbers))

-- name: entities_touched_by_memories
SELECT n.said_number FROM mention AS n WHERE n.memory_number IN (SELECT value FROM json_each(:numbers))
UNION
SELECT ifnull(m.about_said, m.about_number) FROM memory AS m
WHERE m.number IN (SELECT value FROM json_each(:numbers)) AND m.about_number IS NOT NULL

-- name: episodes_of_memories
SELECT DISTINCT m.episode_number FROM memory AS m WHERE m.number IN (SELECT value FROM json_each(:numbers))

-- name: entities_of_facts
SELECT ifnull(f.subject_said, f.subject_number) FROM fact AS f WHERE f.number IN (SELECT value FROM json_each(:numbers))
UNION
SELECT ifnull(f.object_said, f.object_number) FROM fact AS f WHERE f.number IN (SELECT value FROM json_each(:numbers))

-- name: drop_supports
DELETE FROM support WHERE memory_number = :number

-- name: drop_mentions
DELETE FROM mention WHERE memory_number = :number

-- name: drop_sentences
DELETE FROM sentence WHERE memory_number = :number

-- name: drop_memory
DELETE FROM memory WHERE number = :number

-- name: unsupported_facts
SELECT f.number, f.id, f.superseded_by, f.valid_to FROM fact AS f
WHERE f.number IN (SELECT value FROM json_each(:numbers))
  AND NOT EXISTS (SELECT 1 FROM support AS u WHERE u.fact_number = f.number)

-- name: facts_superseded_by
SELECT f.number, f.superseded_by FROM fact AS f
WHERE f.superseded_by IN (SELECT value FROM json_each(:ids)) AND +f.owner_number = :owner
ORDER BY f.number

-- name: memories_superseded_by
SELECT m.number, m.superseded_by FROM memory AS m
WHERE m.superseded_by IN (SELECT value FROM json_each(:ids)) AND +m.owner_number = :owner
ORDER BY m.number

-- name: memories_to_purge
SELECT m.number, m.id, m.superseded_by, m.valid_to FROM memory AS m
WHERE m.id IN (SELECT value FROM json_each(:ids)) AND +m.owner_number = :owner

-- name: drop_fact
DELETE FROM fact WHERE number = :number

-- name: fact_statement
SELECT f.subject_number, f.predicate, f.object_number, f.negated, f.modality, f.user_id, f.agent_id, f.run_id,
       f.subject_said, f.object_said, f.recorded_at, f.id
FROM fact AS f WHERE f.number = :number

-- name: reopen_fact
UPDATE fact SET retired_at = NULL, valid_to = NULL, superseded_by = NULL WHERE number = :number

-- name: reopen_memory
UPDATE memory SET retired_at = NULL, valid_to = NULL, superseded_by = NULL WHERE number = :number

-- name: hand_on_fact
-- It ends where its new closer begins, which is not before the old one did.
UPDATE fact SET
    superseded_by = :successor,
    valid_to = CASE WHEN :at > ifnull(valid_to, ifnull(valid_from, recorded_at)) THEN :at ELSE valid_to END
WHERE number = :number

-- name: hand_on_memory
UPDATE memory SET
    superseded_by = :successor,
    valid_to = CASE WHEN :at > ifnull(valid_to, valid_from) THEN :at ELSE valid_to END
WHERE number = :number

-- name: redirect_successor
UPDATE fact SET superseded_by = :kept WHERE superseded_by = :gone AND +owner_number = :owner

-- name: move_supports
INSERT OR IGNORE INTO support (memory_number, fact_number, sentence, span_start, span_end, since, until)
SELECT u.memory_number, :kept, u.sentence, u.span_start, u.span_end, u.since, u.until FROM support AS u WHERE u.fact_number = :gone

-- name: begin_earlier
-- It holds from where the one that goes began; what has no beginning has none.
UPDATE fact SET valid_from = min(valid_from, (SELECT gone.valid_from FROM fact AS gone WHERE gone.number = :gone))
WHERE number = :kept

-- name: recount_fact
UPDATE fact SET
    support_count = (SELECT count(*) FROM support AS u WHERE u.fact_number = fact.number),
    expires_at = (
        SELECT CASE WHEN count(m.expires_at) = count(*) THEN max(m.expires_at) END
        FROM support AS u JOIN memory AS m ON m.number = u.memory_number WHERE u.fact_number = fact.number
    )
WHERE number = :number

-- name: unnamed_entities
SELECT e.number FROM entity AS e
WHERE e.number IN (SELECT value FROM json_each(:numbers))
  AND {{entity_unnamed e}}

-- name: stood_for
-- By entity, who stands for it, where another does.
SELECT e.number, e.stands_number FROM entity AS e
WHERE e.number IN (SELECT value FROM json_each(:numbers)) AND e.stands_number IS NOT NULL

-- name: same_there
SELECT r.id, r.status FROM same_as AS r WHERE r.id IN (SELECT value FROM json_each(:ids))

-- name: put_same
INSERT INTO same_as (id, owner_number, source_number, target_number, status, score, reason, decided_by, decided_at)
VALUES (:id, :owner, :source, :target, :status, :score, :reason, :decided_by, :decided_at)
ON CONFLICT (id) DO UPDATE SET
    source_number = excluded.source_number, target_number = excluded.target_number, status = excluded.status,
    score = excluded.score, reason = excluded.reason, decided_by = excluded.decided_by, decided_at = excluded.decided_at
WHERE excluded.status <> 'candidate'

-- name: joined_with
-- All that these entities are, or were until now, joined with.
WITH RECURSIVE joined (number) AS (
    SELECT value FROM json_each(:numbers)
    UNION
    SELECT r.target_number FROM joined AS j JOIN same_as AS r ON r.source_number = j.number AND r.status = 'same'
    UNION
    SELECT r.source_number FROM joined AS j JOIN same_as AS r ON r.target_number = j.number AND r.status = 'same'
    UNION
    SELECT e.stands_number FROM joined AS j JOIN entity AS e ON e.number = j.number WHERE e.stands_number IS NOT NULL
    UNION
    SELECT e.number FROM joined AS j JOIN entity AS e ON e.stands_number = j.number
)
SELECT e.number, e.id, ifnull(e.stands_number, e.number) FROM joined AS j JOIN entity AS e ON e.number = j.number

-- name: pairs_joined
SELECT s.id, t.id FROM same_as AS r
JOIN entity AS s ON s.number = r.source_number
JOIN entity AS t ON t.number = r.target_number
WHERE r.source_number IN (SELECT value FROM json_each(:numbers)) AND r.status = 'same'

-- name: rows_standing
-- What a change of who stands for an entity touches, for the copies in memory.
SELECT 'memory', n.memory_number FROM mention AS n WHERE n.said_number = :number
UNION
SELECT 'memory', m.number FROM memory AS m WHERE m.about_said = :number OR (m.about_number = :number AND m.about_said IS NULL)
UNION
SELECT 'fact', f.number FROM fact AS f WHERE f.subject_said = :number OR (f.subject_number = :number AND f.subject_said IS NULL)
UNION
SELECT 'fact', f.number FROM fact AS f WHERE f.object_said = :number OR (f.object_number = :number AND f.object_said IS NULL)

-- name: stand_entity
UPDATE entity SET stands_number = :leader WHERE number = :number

-- name: stand_mentions
UPDATE mention SET entity_number = :stands WHERE said_number = :number

-- name: stand_memories
UPDATE memory SET about_number = :stands, about_said = :said
WHERE about_said = :number OR (about_number = :number AND about_said IS NULL)

-- name: stand_subjects
UPDATE fact SET subject_number = :stands, subject_said = :said
WHERE subject_said = :number OR (subject_number = :number AND subject_said IS NULL)

-- name: stand_objects
UPDATE fact SET object_number = :stands, object_said = :said
WHERE object_said = :number OR (object_number = :number AND object_said IS NULL)

-- name: drop_same_history
-- What was decided of the entity's pairs goes with it: it tells its name.
DELETE FROM revision
WHERE memory_id IN (SELECT r.id FROM same_as AS r WHERE r.source_number = :number OR r.target_number = :number)

-- name: drop_same
DELETE FROM same_as WHERE source_number = :number OR target_number = :number

-- name: closed_there
SELECT 'fact', f.number FROM fact AS f
WHERE f.id IN (SELECT value FROM json_each(:ids)) AND +f.owner_number = :owner AND f.retired_at IS NOT NULL
UNION ALL
SELECT 'memory', m.number FROM memory AS m
WHERE m.id IN (SELECT value FROM json_each(:ids)) AND +m.owner_number = :owner AND m.retired_at IS NOT NULL

-- name: drop_entity
DELETE FROM entity WHERE number = :number

-- name: empty_episodes
SELECT p.number FROM episode AS p
WHERE p.number IN (SELECT value FROM json_each(:numbers))
  AND NOT EXISTS (SELECT 1 FROM memory AS m WHERE m.episode_number = p.number)

-- name: drop_episode
DELETE FROM episode WHERE number = :number
