// A part of an owner's adds that are followed up, in the order in which they came.
MATCH (g:Ingest)
WHERE g.owner = $owner AND g.number > $after
WITH g
ORDER BY g.number
LIMIT $limit
RETURN g.number AS cursor, g {
    .id, .user_id, .agent_id, .run_id, .key, .content, .episode_id, .state, .unread, .said_at, .prompt, .attempts, .error, .note,
    .added_at, .updated_at, .due_at, .claimed_by, .revision,
    memories: [(m:Memory)-[r:FROM_INGEST]->(g) | [r.position, m.id]]
  } AS ingest
ORDER BY cursor
