// The memories of a scope that hold words of a question, best first by BM25 over the owner's own counts.
MATCH (o:Owner {owner: $owner})
CALL (o) {
  UNWIND $stems AS stem
  MATCH (w:Term {owner: $owner, stem: stem})
  WITH $mark + w.stem AS word, log(1 + (o.memories - w.memories + 0.5) / (w.memories + 0.5)) AS idf
  ORDER BY idf DESC, word
  LIMIT $most_terms
  RETURN collect([word, idf]) AS terms, collect(word) AS words
}
WITH o, terms, words
WHERE size(terms) > 0
CALL (words) {
  WITH CASE WHEN $phrase IS NULL THEN reduce(line = '', word IN words | line + ' ' + word) ELSE '"' + $phrase + '"' END AS line
  CALL db.index.fulltext.queryNodes('memory_words', line, {limit: $reach}) YIELD node
  RETURN collect(node) AS candidates
}
CALL (o, terms, words, candidates) {
  UNWIND candidates AS m
  WITH m
  WHERE m.owner = $owner
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
    AND all(listed IN $required WHERE any(token IN listed WHERE token IN m.fields))
  WITH m, [word IN split(m.words, ' ') WHERE word IN words] AS said,
    $k1 * (1 - $b + $b * m.word_count * o.memories / o.words) AS norm
  WITH m, norm, [term IN terms WHERE term[0] IN said | [term[1], size([word IN said WHERE word = term[0]])]] AS weights
  WITH m, reduce(sum = 0.0, one IN weights | sum + one[0] * one[1] * ($k1 + 1) / (one[1] + norm)) AS score
  WHERE score > 0
  ORDER BY score DESC, m.id
  LIMIT $kept
  RETURN collect([m.id, score]) AS found, collect(CASE WHEN $checked THEN m {
    .id, .user_id, .agent_id, .run_id, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
    .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
  } END) AS outlines
}
RETURN found, outlines, size(candidates) < $reach AS complete
