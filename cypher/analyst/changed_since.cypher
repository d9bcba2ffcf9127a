// What happened to memories since a moment: added, updated or deleted, by whom and why.
MATCH (r:Revision {owner: $owner})
WHERE r.number IS NOT NULL AND r.at >= $since
RETURN r.at AS at, r.event AS event, r.old_text AS old_text, r.new_text AS new_text, r.actor_id AS actor, r.reason AS reason,
       r.memory_id AS memory
ORDER BY at, memory
LIMIT $limit
