// Takes away entities that nothing names any more, with the history of their pairs (those joined to others are told), episodes without memories, and words in no memory.
CALL () {
  UNWIND $entities AS id
  MATCH (e:Entity {id: id})
  WHERE NOT EXISTS { (e)<-[:MENTIONS|ABOUT|SUBJECT|OBJECT]-() } AND e.stands_id IS NULL AND e.others IS NULL
  CALL (e) {
    MATCH (a:Alias)-[:NAMES]->(e)
    WHERE COUNT { (a)-[:NAMES]->() } = 1
    DETACH DELETE a
    RETURN count(*) AS aliases
  }
  CALL (e) {
    MATCH (e)-[r:SAME_AS]-(:Entity)
    MATCH (v:Revision {memory_id: r.id})
    WHERE v.owner = e.owner
    DETACH DELETE v
    RETURN count(*) AS steps
  }
  DETACH DELETE e
  RETURN count(*) AS entities
}
CALL (entities) {
  UNWIND $entities AS id
  MATCH (e:Entity {id: id})
  WHERE e.stands_id IS NOT NULL OR e.others IS NOT NULL
  CALL (e) {
    MATCH (x:Entity {id: coalesce(e.stands_id, e.id)})
    RETURN x
  }
  WITH e, x
  WHERE NOT EXISTS {
      MATCH (x)<-[r:MENTIONS|ABOUT]-()
      WHERE coalesce(r.said, x.id) = e.id
    }
    AND NOT EXISTS {
      MATCH (x)<-[:SUBJECT|OBJECT]-(f:Fact)
      WHERE e.id IN [coalesce(f.subject_as, f.subject_id), coalesce(f.object_as, f.object_id)]
    }
  RETURN collect(e.id) AS joined
}
CALL () {
  UNWIND $episodes AS id
  MATCH (p:Episode {id: id})
  WHERE NOT EXISTS { (p)<-[:DERIVED_FROM]-() }
  DETACH DELETE p
  RETURN count(*) AS episodes
}
CALL () {
  UNWIND $terms AS stem
  MATCH (t:Term {owner: $owner, stem: stem})
  WHERE t.memories <= 0
  DELETE t
  RETURN count(*) AS terms
}
RETURN entities, episodes, terms, joined
