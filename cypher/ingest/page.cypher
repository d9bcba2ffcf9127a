// A page of the adds that are followed up in a scope, in order of id, and how many there are in all.
CALL () {
  MATCH (g:Ingest)
  WHERE $first <= g.owner <= $last AND g.id IS NOT NULL
    AND ($agent_id IS NULL OR g.agent_id = $agent_id)
    AND ($run_id IS NULL OR g.run_id = $run_id)
    AND ($ids IS NULL OR g.id IN $ids)
    AND g.state IN $states
  RETURN count(g) AS total
}
CALL () {
  MATCH (g:Ingest)
  WHERE $first <= g.owner <= $last AND g.id > $after
    AND ($agent_id IS NULL OR g.agent_id = $agent_id)
    AND ($run_id IS NULL OR g.run_id = $run_id)
    AND ($ids IS NULL OR g.id IN $ids)
    AND g.state IN $states
  WITH g
  ORDER BY g.id
  LIMIT $limit
  RETURN collect(g {
    .id, .user_id, .agent_id, .run_id, .key, .content, .episode_id, .state, .unread, .said_at, .prompt, .attempts, .error, .note,
    .added_at, .updated_at, .due_at, .claimed_by, .revision,
    memories: [(m:Memory)-[r:FROM_INGEST]->(g) | [r.position, m.id]]
  }) AS page
}
RETURN total, page
