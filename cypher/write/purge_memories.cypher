// Deletes memories; those before and after one in a run become neighbours.
UNWIND $ids AS id
CALL (id) {
  MATCH (m:Memory {id: id})
  CALL (m) {
    MATCH (a:Memory)-[:NEXT]->(m)-[:NEXT]->(b:Memory)
    WHERE m.run_id IS NOT NULL AND a <> b
    MERGE (a)-[:NEXT]->(b)
    RETURN count(*) AS joined
  }
  DETACH DELETE m
  RETURN count(*) AS purged
}
RETURN sum(purged) AS done
