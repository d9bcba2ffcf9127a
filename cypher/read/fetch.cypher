// Whole rows by id, of any kind, with what ties them together.
WITH $ids AS ids
CALL (ids) {
  UNWIND ids AS id
  MATCH (m:Memory {id: id})
  WHERE ($owner IS NULL OR m.owner = $owner)
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
  RETURN collect(DISTINCT m) AS asked
}
CALL (ids) {
  UNWIND ids AS id
  MATCH (f:Fact {id: id})
  WHERE ($owner IS NULL OR f.owner = $owner)
    AND ($agent_id IS NULL OR f.agent_id = $agent_id)
    AND ($run_id IS NULL OR f.run_id = $run_id)
    AND coalesce(f.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN f.retired_at IS NULL AND coalesce(f.valid_to > $now, true)
      ELSE coalesce(f.valid_from <= $as_of, true) AND coalesce(f.valid_to > $as_of, f.retired_at IS NULL)
    END
  RETURN collect(DISTINCT f) AS stated
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[u:SUPPORTS]->(f:Fact)
  WHERE ($owner IS NULL OR f.owner = $owner)
    AND ($agent_id IS NULL OR f.agent_id = $agent_id)
    AND ($run_id IS NULL OR f.run_id = $run_id)
    AND coalesce(f.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN f.retired_at IS NULL AND coalesce(f.valid_to > $now, true)
      ELSE coalesce(f.valid_from <= $as_of, true) AND coalesce(f.valid_to > $as_of, f.retired_at IS NULL)
    END
  RETURN collect({memory_id: m.id, fact_id: f.id, sentence: u.sentence, span_start: u.span_start, span_end: u.span_end, since: u.since, until: u.until}) AS said, collect(DISTINCT f) AS implied
}
CALL (asked, stated) {
  UNWIND stated AS f
  MATCH (f)<-[u:SUPPORTS]-(m:Memory)
  WHERE NOT m IN asked
    AND ($owner IS NULL OR m.owner = $owner)
    AND ($agent_id IS NULL OR m.agent_id = $agent_id)
    AND ($run_id IS NULL OR m.run_id = $run_id)
    AND coalesce(m.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN m.retired_at IS NULL AND coalesce(m.valid_to > $now, true)
      ELSE coalesce(m.valid_from <= $as_of, true) AND coalesce(m.valid_to > $as_of, m.retired_at IS NULL)
    END
  RETURN collect({memory_id: m.id, fact_id: f.id, sentence: u.sentence, span_start: u.span_start, span_end: u.span_end, since: u.since, until: u.until}) AS told, collect(DISTINCT m) AS tellers
}
CALL (asked, tellers) {
  UNWIND asked + tellers AS m
  RETURN collect(m {
    .id, .user_id, .agent_id, .run_id, .text, .text_hash, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
    .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
  }) AS memories
}
CALL (asked) {
  UNWIND CASE WHEN $brief THEN [] ELSE asked END AS m
  MATCH (m)-[n:MENTIONS]->(e:Entity)
  RETURN collect({memory_id: m.id, entity_id: e.id, sentence: n.sentence, span_start: n.span_start, span_end: n.span_end}) AS mentions, collect(DISTINCT e) AS named
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[:ABOUT]->(e:Entity)
  RETURN collect(DISTINCT e) AS subjects
}
CALL (stated, implied) {
  UNWIND stated + implied AS f
  WITH DISTINCT f
  RETURN collect(f {
    .id, .user_id, .agent_id, .run_id, .subject, .subject_id, .predicate, .object, .object_id, .text, .negated, .modality,
    .confidence, .valid_from, .valid_to, .recorded_at, .retired_at, .superseded_by, .support_count, .expires_at,
    .subject_as, .object_as
  }) AS facts, collect(f) AS known
}
CALL (known) {
  UNWIND known AS f
  MATCH (f)-[:SUBJECT|OBJECT]->(e:Entity)
  RETURN collect(DISTINCT e) AS ends
}
CALL (ids) {
  UNWIND ids AS id
  MATCH (e:Entity {id: id})
  WHERE ($owner IS NULL OR e.owner = $owner)
    AND (
      EXISTS {
        MATCH (e)<-[:MENTIONS|ABOUT]-(v:Memory)
        WHERE ($owner IS NULL OR v.owner = $owner)
          AND ($agent_id IS NULL OR v.agent_id = $agent_id)
          AND ($run_id IS NULL OR v.run_id = $run_id)
          AND coalesce(v.expires_at > $now, true)
          AND CASE
            WHEN $all_times THEN true
            WHEN $as_of IS NULL THEN v.retired_at IS NULL AND coalesce(v.valid_to > $now, true)
            ELSE coalesce(v.valid_from <= $as_of, true) AND coalesce(v.valid_to > $as_of, v.retired_at IS NULL)
          END
      }
      OR EXISTS {
        MATCH (e)<-[:SUBJECT|OBJECT]-(v:Fact)
        WHERE ($owner IS NULL OR v.owner = $owner)
          AND ($agent_id IS NULL OR v.agent_id = $agent_id)
          AND ($run_id IS NULL OR v.run_id = $run_id)
          AND coalesce(v.expires_at > $now, true)
          AND CASE
            WHEN $all_times THEN true
            WHEN $as_of IS NULL THEN v.retired_at IS NULL AND coalesce(v.valid_to > $now, true)
            ELSE coalesce(v.valid_from <= $as_of, true) AND coalesce(v.valid_to > $as_of, v.retired_at IS NULL)
          END
      }
    )
  RETURN collect(e) AS chosen
}
CALL (named, subjects, ends, chosen) {
  UNWIND named + subjects + ends + chosen AS e
  WITH DISTINCT e
  RETURN collect(e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .others}) AS entities
}
CALL (asked) {
  UNWIND CASE WHEN $brief THEN [] ELSE asked END AS m
  MATCH (m)-[:DERIVED_FROM]->(p:Episode)
  RETURN collect(DISTINCT p) AS sources
}
CALL (ids) {
  UNWIND ids AS id
  MATCH (p:Episode {id: id})
  WHERE ($owner IS NULL OR p.owner = $owner)
    AND ($agent_id IS NULL OR p.agent_id = $agent_id)
    AND ($run_id IS NULL OR p.run_id = $run_id)
    AND EXISTS {
      MATCH (p)<-[:DERIVED_FROM]-(v:Memory)
      WHERE ($owner IS NULL OR v.owner = $owner)
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
        AND coalesce(v.expires_at > $now, true)
        AND CASE
          WHEN $all_times THEN true
          WHEN $as_of IS NULL THEN v.retired_at IS NULL AND coalesce(v.valid_to > $now, true)
          ELSE coalesce(v.valid_from <= $as_of, true) AND coalesce(v.valid_to > $as_of, v.retired_at IS NULL)
        END
    }
  RETURN collect(p) AS told_in
}
CALL (sources, told_in) {
  UNWIND sources + told_in AS p
  WITH DISTINCT p
  RETURN collect(p {.id, .user_id, .agent_id, .run_id, .messages, .occurred_at, .recorded_at}) AS episodes
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[:HAS_SENTENCE]->(s:Sentence)
  RETURN collect({memory_id: m.id, position: s.position, span_start: s.span_start, span_end: s.span_end, text: s.text}) AS sentences
}
RETURN memories, facts, entities, episodes, sentences, said + told AS supports, mentions
