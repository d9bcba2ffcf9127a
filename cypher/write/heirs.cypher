// Memories and facts that were closed by one of these, with their statement where they have one.
CALL () {
  UNWIND $ids AS id
  MATCH (m:Memory {superseded_by: id})
  WHERE m.owner = $owner
  RETURN m.id AS id, 'memory' AS kind, m.superseded_by AS superseded_by, null AS statement, m.number AS number
  UNION ALL
  UNWIND $ids AS id
  MATCH (f:Fact {superseded_by: id})
  WHERE f.owner = $owner
  RETURN f.id AS id, 'fact' AS kind, f.superseded_by AS superseded_by, f.statement AS statement, f.number AS number
}
RETURN id, kind, superseded_by, statement, number
ORDER BY number
