// Rows that hang on nothing, whoever's they are: sentences of no memory, other names of nothing, rows of an owner who is not there.
CALL () {
  MATCH (s:Sentence)
  WHERE NOT EXISTS { (s)<-[:HAS_SENTENCE]-(:Memory) }
  RETURN 'stray_sentence' AS kind, s.id AS id
  UNION ALL
  MATCH (a:Alias)
  WHERE NOT EXISTS { (a)-[:NAMES]->(:Entity) }
  RETURN 'stray_alias' AS kind, a.key AS id
  UNION ALL
  MATCH (m:Memory)
  WHERE NOT EXISTS { (:Owner {owner: m.owner}) }
  RETURN 'broken_reference' AS kind, m.id AS id
}
RETURN DISTINCT kind, id
ORDER BY kind, id
