// Facts whose closer is gone are closed by another, where that one begins, or current again; their edges with them.
UNWIND $rows AS row
MATCH (f:Fact {id: row.id})
SET f.superseded_by = row.by,
  f.retired_at = CASE WHEN row.by IS NULL THEN null ELSE f.retired_at END,
  f.valid_to = CASE WHEN row.by IS NULL THEN null WHEN row.at > coalesce(f.valid_to, f.valid_from, f.recorded_at) THEN row.at ELSE f.valid_to END,
  f.open_statement = CASE WHEN row.by IS NULL THEN f.statement END
WITH f, row
CALL (f, row) {
  MATCH (by:Fact {id: row.by})
  WHERE by.owner = f.owner
  MERGE (by)-[:SUPERSEDES]->(f)
}
CALL (f) {
  MATCH (f)-[:SUBJECT]->(s)-[r]->(t)<-[:OBJECT]-(f)
  WHERE r.fact_id = f.id
  SET r.retired_at = f.retired_at, r.valid_to = f.valid_to
}
RETURN count(f) AS done
