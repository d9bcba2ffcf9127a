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
  CALL (m) {
    MATCH (m)-[:FROM_INGEST]->(g:Ingest)
    WHERE NOT EXISTS {
      MATCH (g)<-[:FROM_INGEST]-(other)
      WHERE other <> m
    }
    WITH DISTINCT g
    DETACH DELETE g
    RETURN count(*) AS ingests
  }
  DETACH DELETE m
  RETURN count(*) AS purged
}
RETURN sum(purged) AS done
