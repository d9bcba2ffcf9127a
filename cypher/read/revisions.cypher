// What happened to a memory, oldest first; it outlives the memory.
MATCH (r:Revision {memory_id: $memory_id})
WHERE ($owner IS NULL OR r.owner = $owner)
  AND ($agent_id IS NULL OR r.agent_id = $agent_id)
  AND ($run_id IS NULL OR r.run_id = $run_id)
RETURN r {.id, .user_id, .agent_id, .run_id, .memory_id, .event, .old_text, .new_text, .actor_id, .reason, .at, .record} AS revision
ORDER BY r.number
