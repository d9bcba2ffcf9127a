-- Adds that were given a key, or put off.

-- fragment: ingest_rows
SELECT i.number, i.id, i.user_id, i.agent_id, i.run_id, i.key, i.content, i.episode_id, i.state, i.unread, i.said_at,
       i.prompt, i.attempts, i.error, i.note, i.added_at, i.updated_at, i.due_at, i.claimed_by, i.revision,
       (SELECT json_group_array(json_array(l.position, m.id))
        FROM ingest_memory AS l JOIN memory AS m ON m.number = l.memory_number WHERE l.ingest_number = i.number)
FROM ingest AS i

-- fragment: ingest_chosen
(:of_ids IS NULL OR i.id IN (SELECT value FROM json_each(:ids))) AND i.state IN (SELECT value FROM json_each(:states))

-- fragment: ingest_to_do
ROW.state IN ('pending', 'working')

-- name: ingests_keyed
{{ingest_rows}}
WHERE i.owner_number = :owner AND i.key IN (SELECT value FROM json_each(:keys))
  AND i.user_id IS :user_id AND i.agent_id IS :agent_id AND i.run_id IS :run_id
ORDER BY i.number

-- name: ingests_page
{{ingest_rows}}
WHERE {{scope_by_row i}} AND {{ingest_chosen}} AND (:after IS NULL OR i.id > :after)
ORDER BY i.id
LIMIT :limit

-- name: ingests_total
SELECT count(*) FROM ingest AS i WHERE {{scope_by_row i}} AND {{ingest_chosen}}

-- name: ingests_due
{{ingest_rows}}
WHERE i.number IN (
    SELECT min(h.number) FROM ingest AS h WHERE {{ingest_to_do h}} AND {{scope_by_row h}} GROUP BY h.owner_number
) AND i.due_at <= :now
ORDER BY i.added_at, i.id
LIMIT :limit

-- name: portion_ingests
{{ingest_rows}}
WHERE i.owner_number = :owner AND i.number > :after ORDER BY i.number LIMIT :limit

-- name: ingests_there
{{ingest_rows}}
WHERE i.id IN (SELECT value FROM json_each(:ids))

-- name: owner_of_ingest
SELECT i.owner_number FROM ingest AS i WHERE i.number = :number

-- name: add_ingest
INSERT INTO ingest (number, id, owner_number, user_id, agent_id, run_id, key, content, episode_id, state, unread, said_at,
                    prompt, attempts, error, note, added_at, updated_at, due_at, claimed_by, revision)
VALUES (:number, :id, :owner, :user_id, :agent_id, :run_id, :key, :content, :episode_id, :state, :unread, :said_at, :prompt,
        :attempts, :error, :note, :added_at, :updated_at, :due_at, :claimed_by, :revision)

-- name: change_ingest
UPDATE ingest SET state = :state, unread = :unread, said_at = :said_at, prompt = :prompt, attempts = :attempts,
                  error = :error, note = :note, updated_at = :updated_at, due_at = :due_at, claimed_by = :claimed_by,
                  revision = :revision
WHERE number = :number AND owner_number = :owner

-- name: next_ingest
SELECT ifnull(max(i.number), 0) + 1 FROM ingest AS i

-- name: add_ingest_memory
INSERT OR IGNORE INTO ingest_memory (ingest_number, position, memory_number) VALUES (:number, :position, :memory)

-- name: ingests_of_memories
SELECT DISTINCT l.ingest_number FROM ingest_memory AS l WHERE l.memory_number IN (SELECT value FROM json_each(:numbers))

-- name: empty_ingests
SELECT i.number FROM ingest AS i
WHERE i.number IN (SELECT value FROM json_each(:numbers))
  AND NOT EXISTS (SELECT 1 FROM ingest_memory AS l WHERE l.ingest_number = i.number)

-- name: drop_ingest
DELETE FROM ingest WHERE number = :number
