// Takes from memories what was read from them: supports, mentions, sentences.
UNWIND $ids AS id
MATCH (m:Memory {id: id})
CALL (m) {
  MATCH (m)-[r:SUPPORTS|MENTIONS]->()
  DELETE r
  RETURN count(r) AS loosened
}
CALL (m) {
  MATCH (m)-[:HAS_SENTENCE]->(s:Sentence)
  DETACH DELETE s
  RETURN count(s) AS sentences
}
RETURN count(m) AS done
