// A part of the history of an owner's memories, in the order in which it came about.
MATCH (r:Revision)
WHERE r.owner = $owner AND r.number > $after
RETURN r.number AS cursor, r {.id, .user_id, .agent_id, .run_id, .memory_id, .event, .old_text, .new_text, .actor_id, .reason, .at, .record} AS revision
ORDER BY cursor
LIMIT $limit
