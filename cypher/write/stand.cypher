// Lets rows belong to whoever stands for the entity that they name from now on, and notes whose names each stands for.
CALL () {
  UNWIND $moved AS row
  MATCH (e:Entity {id: row.id})
  CALL (row) {
    MATCH (b:Entity {id: row.before})
    RETURN b
  }
  CALL (row) {
    MATCH (t:Entity {id: row.stands})
    RETURN t
  }
  SET e.stands_id = CASE WHEN row.stands <> row.id THEN row.stands END
  WITH e, b, t, CASE WHEN row.stands <> row.id THEN row.id END AS said
  CALL (e, b, t, said) {
    MATCH (m:Memory)-[r:MENTIONS]->(b)
    WHERE coalesce(r.said, b.id) = e.id
    CREATE (m)-[n:MENTIONS]->(t)
    SET n = properties(r), n.said = said
    DELETE r
    RETURN count(n) AS mentions
  }
  CALL (e, b, t, said) {
    MATCH (m:Memory)-[r:ABOUT]->(b)
    WHERE coalesce(r.said, b.id) = e.id
    CREATE (m)-[n:ABOUT]->(t)
    SET n.said = said
    DELETE r
    RETURN count(n) AS abouts
  }
  CALL (e, b, t, said) {
    MATCH (f:Fact)-[r:SUBJECT]->(b)
    WHERE coalesce(f.subject_as, b.id) = e.id
    MATCH (f)-[:OBJECT]->(o:Entity)
    CALL (f) {
      MATCH (f)-[:SUBJECT]->(from)-[x]->(to)<-[:OBJECT]-(f)
      WHERE x.fact_id = f.id
      RETURN collect(x) AS edges
    }
    CREATE (f)-[:SUBJECT]->(t)
    SET f.subject_id = t.id, f.subject = t.name, f.subject_as = said
    FOREACH (edge IN edges |
      CREATE (t)-[y:$(type(edge))]->(o)
      SET y = properties(edge)
      DELETE edge
    )
    DELETE r
    RETURN count(f) AS subjects
  }
  CALL (e, b, t, said) {
    MATCH (f:Fact)-[r:OBJECT]->(b)
    WHERE coalesce(f.object_as, b.id) = e.id
    MATCH (f)-[:SUBJECT]->(s:Entity)
    CALL (f) {
      MATCH (f)-[:SUBJECT]->(from)-[x]->(to)<-[:OBJECT]-(f)
      WHERE x.fact_id = f.id
      RETURN collect(x) AS edges
    }
    CREATE (f)-[:OBJECT]->(t)
    SET f.object_id = t.id, f.object = t.name, f.object_as = said
    FOREACH (edge IN edges |
      CREATE (s)-[y:$(type(edge))]->(t)
      SET y = properties(edge)
      DELETE edge
    )
    DELETE r
    RETURN count(f) AS objects
  }
  RETURN count(e) AS moved
}
CALL (moved) {
  UNWIND $standing AS row
  MATCH (e:Entity {id: row.id})
  SET e.others = CASE WHEN size(row.others) > 0 THEN row.others END
  RETURN count(e) AS standing
}
RETURN moved, standing
