// Writes the edges of facts again.
UNWIND $rows AS row
MATCH (f:Fact {id: row.id})-[:SUBJECT]->(s:Entity)
MATCH (f)-[:OBJECT]->(t:Entity)
CALL (f, s, t) {
  MATCH (s)-[r]->(t)
  WHERE r.fact_id = f.id
  DELETE r
  RETURN count(*) AS dropped
}
CREATE (s)-[r:$(row.type)]->(t)
SET r = row.edge
RETURN count(r) AS done
