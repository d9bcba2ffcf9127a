// Takes away entities that nothing names any more (those joined to others are told), episodes without memories, and words in no memory.
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
  DETACH DELETE e
  RETURN count(*) AS entities
}
CALL () {
  UNWIND $entities AS id
  MATCH (e:Entity {id: id})
  WHERE (e.stands_id IS NOT NULL OR e.others IS NOT NULL)
    AND NOT EXISTS {
      MATCH (:Entity {id: coalesce(e.stands_id, e.id)})<-[r:MENTIONS|ABOUT]-()
      WHERE coalesce(r.said, e.stands_id, e.id) = e.id
    }
    AND NOT EXISTS {
      MATCH (:Entity {id: coalesce(e.stands_id, e.id)})<-[:SUBJECT|OBJECT]-(f:Fact)
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
