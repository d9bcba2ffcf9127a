// The adds of exactly one scope that have one of these keys.
UNWIND $marks AS mark
MATCH (g:Ingest {key_mark: mark})
WHERE g.owner = $owner
RETURN g {
    .id, .user_id, .agent_id, .run_id, .key, .content, .episode_id, .state, .unread, .said_at, .prompt, .attempts, .error, .note,
    .added_at, .updated_at, .due_at, .claimed_by, .revision,
    memories: [(m:Memory)-[r:FROM_INGEST]->(g) | [r.position, m.id]]
  } AS ingest
