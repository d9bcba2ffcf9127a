// Facts and memories of an owner that are closed and are to be current again; what superseded them no longer does.
CALL () {
  UNWIND $ids AS id
  MATCH (m:Memory {id: id})
  WHERE m.owner = $owner AND m.retired_at IS NOT NULL
  RETURN m.id AS id, 'memory' AS kind, coalesce(m.superseded_by, '') AS superseded_by, null AS statement, m.number AS number
  UNION ALL
  UNWIND $ids AS id
  MATCH (f:Fact {id: id})
  WHERE f.owner = $owner AND f.retired_at IS NOT NULL
  CALL (f) {
    MATCH (:Fact)-[r:SUPERSEDES]->(f)
    DELETE r
    RETURN count(*) AS dropped
  }
  RETURN f.id AS id, 'fact' AS kind, coalesce(f.superseded_by, '') AS superseded_by, f.statement AS statement, f.number AS number
}
RETURN id, kind, superseded_by, statement, number
ORDER BY number
