// Takes away sentences of no memory and other names of nothing.
CALL () {
  MATCH (s:Sentence)
  WHERE NOT EXISTS { (s)<-[:HAS_SENTENCE]-(:Memory) }
  DETACH DELETE s
  RETURN count(*) AS sentences
}
CALL () {
  MATCH (a:Alias)
  WHERE NOT EXISTS { (a)-[:NAMES]->(:Entity) }
  DELETE a
  RETURN count(*) AS aliases
}
RETURN sentences, aliases
