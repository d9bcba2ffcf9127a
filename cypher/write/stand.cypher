// Lets rows belong to whoever stands for the entity that they name from now on, and notes whose names each stands for.
CALL () {
  UNWIND $moved AS row
  MATCH (e:Entity {id: row.id})
  MATCH (b:Entity {id: row.before})
  MATCH (t:Entity {id: row.stands})
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
    CREATE (f)-[:SUBJECT]->(t)
    SET f.subject_id = t.id, f.subject = t.name, f.subject_as = said
    DELETE r
    WITH f, b, t, o
    MATCH (b)-[x]->(o)
    WHERE x.fact_id = f.id
    CREATE (t)-[y:$(type(x))]->(o)
    SET y = properties(x)
    DELETE x
    RETURN count(y) AS subjects
  }
  CALL (e, b, t, said) {
    MATCH (f:Fact)-[r:OBJECT]->(b)
    WHERE coalesce(f.object_as, b.id) = e.id
    MATCH (f)-[:SUBJECT]->(s:Entity)
    CREATE (f)-[:OBJECT]->(t)
    SET f.object_id = t.id, f.object = t.name, f.object_as = said
    DELETE r
    WITH f, b, t, s
    MATCH (s)-[x]->(b)
    WHERE x.fact_id = f.id
    CREATE (s)-[y:$(type(x))]->(t)
    SET y = properties(x)
    DELETE x
    RETURN count(y) AS objects
  }
  RETURN count(e) AS moved
}
CALL () {
  UNWIND $standing AS row
  MATCH (e:Entity {id: row.id})
  SET e.others = CASE WHEN size(row.others) > 0 THEN row.others END
  RETURN count(e) AS standing
}
RETURN moved, standing
