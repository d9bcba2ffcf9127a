// How much is remembered, month by month, for each user, agent and run of an owner.
MATCH (m:Memory {owner: $owner})
WHERE m.id IS NOT NULL
WITH date.truncate('month', m.created_at) AS month, m.user_id AS user_id, m.agent_id AS agent_id, m.run_id AS run_id,
     count(m) AS memories, count(CASE WHEN m.retired_at IS NULL THEN 1 END) AS current
RETURN month, user_id, agent_id, run_id, memories, current
ORDER BY month, user_id, agent_id, run_id
LIMIT $limit
