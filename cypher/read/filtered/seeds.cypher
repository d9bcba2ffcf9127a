// All that a search asks first: the nearest and the matching memories, the names it knows, and what lies beside.
CYPHER 25
MATCH (o:Owner {owner: $owner})
CALL (o) {
  MATCH (m:Memory)
  SEARCH m IN (
    VECTOR INDEX memory_embedding FOR $vector
    WHERE m.owner = $owner
      // [[agent]]
      // [[run]]
      // [[current]]
    LIMIT $reach
  )
  RETURN collect(m) AS near
}
WITH o, near, size(near) < $reach AS near_complete
CALL (near) {
  UNWIND near AS m
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
    AND m.embedding IS NOT NULL
  WITH m, 2 * vector.similarity.cosine(m.embedding, $vector) - 1 AS cosine
  ORDER BY cosine DESC, m.id
  LIMIT $kept
  RETURN collect(m) AS nearest_nodes, collect([m.id, cosine]) AS nearest
}
CALL (o) {
  UNWIND $stems AS stem
  MATCH (w:Term {owner: $owner, stem: stem})
  WHERE w.memories > 0
  WITH $mark + w.stem AS word, log(1 + (o.memories - w.memories + 0.5) / (w.memories + 0.5)) AS idf
  ORDER BY idf DESC, word
  LIMIT $most_terms
  RETURN collect([word, idf]) AS terms, collect(word) AS words
}
CALL (words) {
  WITH reduce(line = '', word IN words | line + ' ' + word) AS line
  WHERE line <> ''
  CALL db.index.fulltext.queryNodes('memory_words', line, {limit: $reach_words}) YIELD node
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
  WITH m, norm, [term IN terms | size([word IN said WHERE word = term[0]])] AS counts
  WITH m, counts, reduce(sum = 0.0, place IN range(0, size(terms) - 1) |
    sum + terms[place][1] * counts[place] * ($k1 + 1) / (counts[place] + norm)) AS score
  WHERE score > 0
  ORDER BY score DESC, m.id
  LIMIT $kept
  RETURN collect(m) AS matching_nodes, collect([m.id, score, m.word_count, counts]) AS matching
}
CALL (o) {
  UNWIND $keys AS key
  CALL (key) {
    MATCH (e:Entity {owner: $owner, key: key})
    RETURN e
    UNION
    MATCH (:Alias {owner: $owner, key: key})-[:NAMES]->(e:Entity {owner: $owner})
    RETURN e
  }
  WITH DISTINCT e
  WHERE EXISTS {
      MATCH (e)<-[n:MENTIONS|ABOUT]-(v:Memory)
      WHERE n.said IS NULL AND v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    }
    OR EXISTS {
      MATCH (:Entity {id: e.stands_id})<-[n:MENTIONS|ABOUT]-(v:Memory)
      WHERE n.said = e.id AND v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    }
    OR EXISTS {
      MATCH (:Entity {id: coalesce(e.stands_id, e.id)})<-[:SUBJECT|OBJECT]-(v:Fact)
      WHERE e.id IN [coalesce(v.subject_as, v.subject_id), coalesce(v.object_as, v.object_id)] AND v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    }
  CALL (e) {
    MATCH (x:Entity {id: coalesce(e.stands_id, e.id)})
    RETURN x
  }
  WITH DISTINCT x AS e
  WITH e
  ORDER BY e.id
  RETURN collect(e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .others}) AS named, collect(CASE WHEN e.type <> $value_type THEN e END) AS entities
}
CALL (entities) {
  UNWIND entities AS e
  WITH e.id AS id, COUNT { (e)<-[:MENTIONS]-() } AS naming, COUNT { (e)<-[:ABOUT]-() } AS telling
  WHERE naming > $hub OR telling > $hub
  RETURN collect([id, naming, telling]) AS hubs
}
CALL (hubs) {
  UNWIND CASE WHEN size(hubs) > 0 THEN [1] ELSE [] END AS once
  CALL (once) {
    MATCH (m:Memory)
    SEARCH m IN (
      VECTOR INDEX memory_embedding FOR $vector
      WHERE m.owner = $owner
        // [[agent]]
        // [[run]]
        // [[current]]
      LIMIT $hub_reach
    )
    RETURN m
  }
  RETURN collect(m) AS around
}
CALL (entities, around) {
  UNWIND entities AS e
  CALL (e, around) {
    WITH e
    WHERE COUNT { (e)<-[:MENTIONS]-() } <= $hub
    MATCH (e)<-[:MENTIONS]-(t:Memory)
    RETURN t, 'shared' AS kind
    UNION
    WITH e
    WHERE COUNT { (e)<-[:ABOUT]-() } <= $hub
    MATCH (e)<-[:ABOUT]-(t:Memory)
    RETURN t, 'about' AS kind
    UNION
    WITH e, around
    WHERE COUNT { (e)<-[:MENTIONS]-() } > $hub
    UNWIND around AS t
    MATCH (t)-[:MENTIONS]->(e)
    RETURN t, 'shared' AS kind
    UNION
    WITH e, around
    WHERE COUNT { (e)<-[:ABOUT]-() } > $hub
    UNWIND around AS t
    MATCH (t)-[:ABOUT]->(e)
    RETURN t, 'about' AS kind
  }
  WITH t, collect([e, kind]) AS ways
  WHERE t.owner = $owner
    AND ($agent_id IS NULL OR t.agent_id = $agent_id)
    AND ($run_id IS NULL OR t.run_id = $run_id)
    AND coalesce(t.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN t.retired_at IS NULL AND coalesce(t.valid_to > $now, true)
      ELSE coalesce(t.valid_from <= $as_of, true) AND coalesce(t.valid_to > $as_of, t.retired_at IS NULL)
    END
  WITH t, ways, all(listed IN $required WHERE any(token IN listed WHERE token IN t.fields)) AS taken,
    CASE WHEN any(way IN ways WHERE way[1] = 'about') THEN coalesce(2 * vector.similarity.cosine(t.embedding, $vector) - 1, 0.0) END AS cosine
  UNWIND ways AS way
  WITH way[0] AS e, way[1] AS kind, t, taken, cosine
  ORDER BY cosine DESC, t.id
  WITH e, kind, count(t) AS naming, collect(CASE WHEN taken AND kind = 'about' THEN [t, cosine] END) AS near
  WITH e, kind, naming, size(near) AS total, near[..$most] AS near, coalesce(2 * vector.similarity.cosine(e.embedding, $vector) - 1, 0.0) AS cosine
  CALL (e, near) {
    UNWIND near AS one
    WITH one[0] AS t, one[1] AS alone, coalesce(2 * vector.similarity.cosine(one[0].embedding, e.embedding) - 1, 0.0) AS joint
    RETURN collect([t.id, alone, joint]) AS ways, collect(t) AS targets
  }
  RETURN collect([e.id, kind, cosine, naming, total, ways]) AS ranked, collect(targets) AS targets
}
CALL (targets) {
  UNWIND targets AS some
  UNWIND some AS m
  RETURN collect(DISTINCT m) AS led_to
}
WITH nearest_nodes + matching_nodes + led_to AS first, nearest, near_complete, matching,
  [term IN terms | term[1]] AS idf, toFloat(o.words) / o.memories AS mean_length,
  size(candidates) < $reach_words AS matching_complete, named, entities, hubs, ranked
CALL (first) {
  UNWIND first AS m
  WITH DISTINCT m, coalesce(2 * vector.similarity.cosine(m.embedding, $vector) - 1, 0.0) AS cosine
  MATCH (m)-[:NEXT]-(t:Memory)
  WHERE t.owner = $owner
    AND ($agent_id IS NULL OR t.agent_id = $agent_id)
    AND ($run_id IS NULL OR t.run_id = $run_id)
    AND coalesce(t.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN t.retired_at IS NULL AND coalesce(t.valid_to > $now, true)
      ELSE coalesce(t.valid_from <= $as_of, true) AND coalesce(t.valid_to > $as_of, t.retired_at IS NULL)
    END
    AND all(listed IN $required WHERE any(token IN listed WHERE token IN t.fields))
  RETURN collect([m.id, t.id, cosine, coalesce(2 * vector.similarity.cosine(t.embedding, $vector) - 1, 0.0)]) AS beside, collect(t) AS neighbours
}
CALL (first, neighbours) {
  UNWIND first + neighbours AS m
  WITH DISTINCT m
  WHERE m.actor_id IS NOT NULL
  RETURN collect([m.id, m.actor_id]) AS actors
}
CALL (entities) {
  UNWIND CASE WHEN $facts > 0 THEN entities ELSE [] END AS e
  WITH e
  WHERE COUNT { (e)<-[:SUBJECT]-() } + COUNT { (e)<-[:OBJECT]-() } > $most_ends
  RETURN collect(e.id) AS crowded
}
CALL (entities) {
  UNWIND CASE WHEN $facts > 0 THEN entities ELSE [] END AS e
  WITH e
  WHERE 0 < COUNT { (e)<-[:SUBJECT]-() } + COUNT { (e)<-[:OBJECT]-() } <= $most_ends
  MATCH (e)<-[:SUBJECT|OBJECT]-(f:Fact)
  WHERE f.owner = $owner
    AND ($agent_id IS NULL OR f.agent_id = $agent_id)
    AND ($run_id IS NULL OR f.run_id = $run_id)
    AND coalesce(f.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN f.retired_at IS NULL AND coalesce(f.valid_to > $now, true)
      ELSE coalesce(f.valid_from <= $as_of, true) AND coalesce(f.valid_to > $as_of, f.retired_at IS NULL)
    END
  WITH DISTINCT e, f
  WITH e, f, coalesce(2 * vector.similarity.cosine(f.embedding, $vector) - 1, 0.0) AS cosine
  ORDER BY cosine DESC, f.id
  WITH e, collect(f)[..$facts] AS nearest_facts
  UNWIND nearest_facts AS f
  WITH DISTINCT f
  MATCH (f)<-[u:SUPPORTS]-(v:Memory)
  WHERE v.owner = $owner
    AND ($agent_id IS NULL OR v.agent_id = $agent_id)
    AND ($run_id IS NULL OR v.run_id = $run_id)
    AND coalesce(v.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN v.retired_at IS NULL AND coalesce(v.valid_to > $now, true)
      ELSE coalesce(v.valid_from <= $as_of, true) AND coalesce(v.valid_to > $as_of, v.retired_at IS NULL)
    END
    AND all(listed IN $required WHERE any(token IN listed WHERE token IN v.fields))
  WITH f, u, v
  ORDER BY v.id DESC
  WITH f, collect([v.id, u.sentence])[..$tellers] AS said, collect(v)[..$tellers] AS saying
  RETURN collect([f.id, f.subject_id, f.subject, f.predicate, f.object_id, f.object, f.text, f.negated, said]) AS told, collect(saying) AS speaking
}
CALL (speaking) {
  UNWIND speaking AS some
  UNWIND some AS m
  RETURN collect(DISTINCT m) AS tellers
}
CALL (first, neighbours, tellers) {
  UNWIND CASE WHEN $checked THEN first + neighbours + tellers ELSE [] END AS m
  WITH DISTINCT m
  RETURN collect(m {
    .id, .user_id, .agent_id, .run_id, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
    .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
  }) AS outlines
}
RETURN nearest, near_complete, matching, matching_complete, idf, mean_length, named, hubs, ranked, beside, actors, told, crowded, outlines
