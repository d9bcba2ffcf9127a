// Takes away entities that nothing names any more, episodes without memories, and words in no memory.
CALL () {
  UNWIND $entities AS id
  MATCH (e:Entity {id: id})
  WHERE NOT EXISTS { (e)<-[:MENTIONS|ABOUT|SUBJECT|OBJECT]-() }
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
RETURN entities, episodes, terms
