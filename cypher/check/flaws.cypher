// What must not be in an owner's graph: the kind of each flaw, and the id of the row that has it.
CALL () {
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.id >= '' AND NOT EXISTS { (m)-[:DERIVED_FROM]->(:Episode) }
  RETURN 'broken_reference' AS kind, m.id AS id
  UNION ALL
  MATCH (f:Fact)
  WHERE f.owner = $owner AND f.id >= ''
    AND NOT (EXISTS { (f)-[:SUBJECT]->(:Entity {id: f.subject_id}) } AND EXISTS { (f)-[:OBJECT]->(:Entity {id: f.object_id}) })
  RETURN 'broken_reference' AS kind, f.id AS id
  UNION ALL
  MATCH (f:Fact)
  WHERE f.owner = $owner AND f.id >= ''
  CALL (f) {
    MATCH (f)<-[:SUPPORTS]-(m:Memory)
    RETURN count(m) AS all, count(m.expires_at) AS ending, max(m.expires_at) AS last
  }
  WITH f, all, CASE WHEN all = ending THEN last END AS expiry
  WHERE f.support_count <> all OR (f.expires_at IS NULL) <> (expiry IS NULL) OR f.expires_at <> expiry
  RETURN 'wrong_support_count' AS kind, f.id AS id
  UNION ALL
  MATCH (f:Fact)
  WHERE f.owner = $owner AND f.id >= '' AND NOT EXISTS { (f)<-[:SUPPORTS]-(:Memory) }
  RETURN 'unsupported_fact' AS kind, f.id AS id
  UNION ALL
  MATCH (f:Fact)
  WHERE f.owner = $owner AND f.id >= ''
    AND (f.retired_at IS NULL AND f.valid_to IS NULL) <> coalesce(f.open_statement = f.statement, false)
  RETURN 'wrong_statement' AS kind, f.id AS id
  UNION ALL
  MATCH (f:Fact)-[:SUBJECT]->(s:Entity)
  WHERE f.owner = $owner AND f.id >= ''
  MATCH (f)-[:OBJECT]->(t:Entity)
  CALL (f, s, t) {
    MATCH (s)-[r]->(t)
    WHERE r.fact_id = f.id
    RETURN count(r) AS edges, count(CASE WHEN r.predicate = f.predicate AND r.negated = f.negated AND r.modality = f.modality
      AND coalesce(r.valid_from = f.valid_from, r.valid_from IS NULL AND f.valid_from IS NULL)
      AND coalesce(r.valid_to = f.valid_to, r.valid_to IS NULL AND f.valid_to IS NULL)
      AND coalesce(r.retired_at = f.retired_at, r.retired_at IS NULL AND f.retired_at IS NULL)
    THEN r END) AS alike
  }
  WITH f, edges, alike
  WHERE edges <> 1 OR alike <> 1
  RETURN 'wrong_edge' AS kind, f.id AS id
  UNION ALL
  MATCH (s:Entity)-[r]->(t:Entity)
  WHERE s.owner = $owner AND s.key >= '' AND r.fact_id IS NOT NULL
    AND NOT EXISTS {
      MATCH (f:Fact {id: r.fact_id})
      WHERE f.subject_id = s.id AND f.object_id = t.id
    }
  RETURN 'stray_edge' AS kind, r.fact_id AS id
  UNION ALL
  MATCH (f:Fact)
  WHERE f.owner = $owner AND f.id >= '' AND f.superseded_by IS NOT NULL
  MATCH (by:Fact {id: f.superseded_by})
  WHERE by.owner = $owner AND NOT EXISTS { (by)-[:SUPERSEDES]->(f) }
  RETURN 'missing_supersedes' AS kind, f.id AS id
  UNION ALL
  MATCH (e:Entity)
  WHERE e.owner = $owner AND e.key >= '' AND e.stands_id IS NULL AND NOT EXISTS { (e)<-[:MENTIONS|ABOUT|SUBJECT|OBJECT]-() }
  RETURN 'unnamed_entity' AS kind, e.id AS id
  UNION ALL
  MATCH (p:Episode)
  WHERE p.owner = $owner AND NOT EXISTS { (p)<-[:DERIVED_FROM]-(:Memory) }
  RETURN 'empty_episode' AS kind, p.id AS id
  UNION ALL
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.id >= '' AND (m.words IS NULL OR m.word_count IS NULL OR size([word IN split(m.words, ' ') WHERE word <> '']) <> m.word_count)
  RETURN 'missing_words' AS kind, m.id AS id
  UNION ALL
  MATCH (o:Owner {owner: $owner})
  CALL () {
    MATCH (m:Memory)
    WHERE m.owner = $owner AND m.id >= ''
    RETURN count(m) AS memories, coalesce(sum(m.word_count), 0) AS words, max(m.number) AS last
  }
  WITH o, memories, words, last
  WHERE o.memories <> memories OR o.words <> words OR o.numbered < last
  RETURN 'wrong_count' AS kind, o.owner AS id
  UNION ALL
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.id >= ''
  UNWIND split(m.words, ' ') AS word
  WITH substring(word, size($mark) + 1) AS stem, count(DISTINCT m) AS memories
  WHERE stem <> ''
  OPTIONAL MATCH (t:Term {owner: $owner, stem: stem})
  WITH stem, memories, t
  WHERE t IS NULL OR t.memories <> memories
  RETURN 'wrong_count' AS kind, stem AS id
  UNION ALL
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.id >= ''
  UNWIND split(m.words, ' ') AS word
  WITH collect(DISTINCT substring(word, size($mark) + 1)) AS stems
  MATCH (t:Term)
  WHERE t.owner = $owner AND t.stem >= '' AND NOT t.stem IN stems
  RETURN 'wrong_count' AS kind, t.stem AS id
  UNION ALL
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.run_id >= ''
  WITH m
  ORDER BY m.number
  WITH m.run_id AS run_id, m.agent_id AS agent_id, collect(m) AS run
  UNWIND range(1, size(run) - 1) AS place
  WITH run[place - 1] AS before, run[place] AS after
  WHERE NOT EXISTS { (before)-[:NEXT]->(after) }
  RETURN 'missing_next' AS kind, after.id AS id
  UNION ALL
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.id >= '' AND m.embedding IS NULL
  RETURN 'missing_vector' AS kind, m.id AS id
  UNION ALL
  MATCH (f:Fact)
  WHERE f.owner = $owner AND f.id >= '' AND f.embedding IS NULL
  RETURN 'missing_vector' AS kind, f.id AS id
  UNION ALL
  MATCH (e:Entity)
  WHERE e.owner = $owner AND e.key >= '' AND e.embedding IS NULL
  RETURN 'missing_vector' AS kind, e.id AS id
}
RETURN DISTINCT kind, id
ORDER BY kind, id
