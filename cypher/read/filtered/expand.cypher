// One step in the graph: the ways out of these memories and entities, the nearest to the question first.
CYPHER 25
WITH $memory_ids AS memory_ids, $entity_ids AS entity_ids, $subjects AS subject_ids
CALL (memory_ids) {
  UNWIND memory_ids AS id
  MATCH (m:Memory {id: id})
  WHERE m.owner = $owner
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
  WITH DISTINCT m
  RETURN collect(m) AS sources, collect([m.id, [(m)-[:ABOUT]->(a) | a.id][0], all(listed IN $required WHERE any(token IN listed WHERE token IN m.fields))]) AS began
}
CALL (sources) {
  UNWIND CASE WHEN $about OR $shared THEN sources ELSE [] END AS m
  MATCH (m)-[n:MENTIONS]->(e:Entity)
  WHERE e.owner = $owner AND e.type <> $value_type
  RETURN collect([m.id, e.id, n.sentence]) AS namings, collect(DISTINCT e) AS named
}
CALL (sources) {
  UNWIND CASE WHEN $about OR $shared THEN sources ELSE [] END AS m
  MATCH (m)-[:HAS_SENTENCE]->(s:Sentence)
  WITH m, s, 2 * vector.similarity.cosine(s.embedding, $vector) - 1 AS cosine
  WHERE cosine IS NOT NULL
  RETURN collect([m.id, s.position, cosine]) AS sentences
}
CALL (namings, sentences) {
  UNWIND CASE WHEN $shared THEN namings ELSE [] END AS one
  WITH one[0] AS source, one[1] AS id,
    max(coalesce([near IN sentences WHERE near[0] = one[0] AND near[1] = one[2] | near[2]][0], 0.0)) AS cosine
  ORDER BY cosine DESC, id
  WITH source, collect(id)[..$through] AS told
  UNWIND told AS id
  RETURN collect(DISTINCT id) AS telling
}
CALL (entity_ids) {
  UNWIND CASE WHEN $about OR $shared THEN entity_ids ELSE [] END AS id
  MATCH (e:Entity {id: id})
  WHERE e.owner = $owner AND e.type <> $value_type
  RETURN collect(e) AS started
}
CALL (named, started) {
  UNWIND named + started AS e
  RETURN collect(DISTINCT e) AS entities
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
CALL (entities, around, telling) {
  UNWIND entities AS e
  WITH e, around, $shared AND (e.id IN telling OR e.id IN $entity_ids) AS shares
  CALL (e, around, shares) {
    WITH e
    WHERE shares AND COUNT { (e)<-[:MENTIONS]-() } <= $hub
    MATCH (e)<-[:MENTIONS]-(t:Memory)
    RETURN t, 'shared' AS kind
    UNION
    WITH e
    WHERE $about AND COUNT { (e)<-[:ABOUT]-() } <= $hub
    MATCH (e)<-[:ABOUT]-(t:Memory)
    RETURN t, 'about' AS kind
    UNION
    WITH e, around
    WHERE shares AND COUNT { (e)<-[:MENTIONS]-() } > $hub
    UNWIND around AS t
    MATCH (t)-[:MENTIONS]->(e)
    RETURN t, 'shared' AS kind
    UNION
    WITH e, around
    WHERE $about AND COUNT { (e)<-[:ABOUT]-() } > $hub
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
    coalesce(2 * vector.similarity.cosine(t.embedding, $vector) - 1, 0.0) AS cosine
  UNWIND ways AS way
  WITH way[0] AS e, way[1] AS kind, t, taken, cosine
  ORDER BY cosine DESC, t.id
  WITH e, kind, count(t) AS naming, collect(CASE WHEN taken AND (kind = 'about' OR $shared) THEN [t, cosine] END) AS near
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
WITH CASE WHEN $next THEN sources ELSE [] END AS found, subject_ids, sources, led_to, began, namings, sentences, hubs, ranked
CALL (found) {
  UNWIND found AS m
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
CALL (subject_ids) {
  UNWIND subject_ids AS id
  MATCH (e:Entity {id: id})
  WHERE e.owner = $owner AND e.type <> $value_type
    AND COUNT { (e)<-[:SUBJECT]-() } + COUNT { (e)<-[:OBJECT]-() } > $most_ends
  RETURN collect(e.id) AS crowded
}
CALL (subject_ids) {
  UNWIND subject_ids AS id
  MATCH (e:Entity {id: id})
  WHERE e.owner = $owner AND e.type <> $value_type
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
CALL (led_to, neighbours, sources, tellers) {
  UNWIND CASE WHEN $checked THEN sources + led_to + neighbours + tellers ELSE [] END AS m
  WITH DISTINCT m
  RETURN collect(m {
    .id, .user_id, .agent_id, .run_id, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
    .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
  }) AS outlines
}
RETURN began, namings, sentences, hubs, ranked, beside, told, crowded, outlines
