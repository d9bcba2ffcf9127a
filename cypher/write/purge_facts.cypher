// Deletes facts with their edges.
UNWIND $ids AS id
MATCH (f:Fact {id: id})
CALL (f) {
  MATCH (f)-[:SUBJECT]->(s)-[r]->(t)<-[:OBJECT]-(f)
  WHERE r.fact_id = f.id
  DELETE r
  RETURN count(r) AS edges
}
DETACH DELETE f
RETURN count(*) AS done
