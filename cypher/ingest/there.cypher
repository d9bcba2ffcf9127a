// Which of these adds are there, and who has their keys.
CALL () {
  UNWIND $ids AS id
  MATCH (g:Ingest {id: id})
  RETURN collect({ours: g.owner = $owner, ingest: g {
    .id, .user_id, .agent_id, .run_id, .key, .content, .episode_id, .state, .unread, .said_at, .prompt, .attempts, .error, .note,
    .added_at, .updated_at, .due_at, .claimed_by, .revision,
    memories: [(m:Memory)-[r:FROM_INGEST]->(g) | [r.position, m.id]]
  }}) AS there
}
CALL () {
  UNWIND $marks AS mark
  MATCH (g:Ingest {key_mark: mark})
  RETURN collect([mark, g.id]) AS taken
}
RETURN there, taken
