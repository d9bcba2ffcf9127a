// Of each owner the first add that is still to be done, where it may be begun or taken over now.
MATCH (g:Ingest)
WHERE $first <= g.waiting <= $last AND g.number >= 0
  AND ($agent_id IS NULL OR g.agent_id = $agent_id)
  AND ($run_id IS NULL OR g.run_id = $run_id)
WITH g.waiting AS owner, min(g.number) AS first
MATCH (g:Ingest {waiting: owner, number: first})
WHERE g.due_at <= $now
WITH g
ORDER BY g.added_at, g.id
LIMIT $limit
RETURN g {
    .id, .user_id, .agent_id, .run_id, .key, .content, .episode_id, .state, .unread, .said_at, .prompt, .attempts, .error, .note,
    .added_at, .updated_at, .due_at, .claimed_by, .revision,
    memories: [(m:Memory)-[r:FROM_INGEST]->(g) | [r.position, m.id]]
  } AS ingest
ORDER BY g.added_at, g.id
