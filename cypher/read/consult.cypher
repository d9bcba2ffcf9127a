// All that deciding on a write has to know: the entities named, their facts, who says them, and what repeats the write.
MATCH (o:Owner {owner: $owner})
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
  WHERE (
      e.stands_id IS NOT NULL
      OR EXISTS {
        MATCH (e)<-[:MENTIONS|ABOUT]-(v:Memory)
        WHERE v.owner = $owner
      }
      OR EXISTS {
        MATCH (e)<-[:SUBJECT|OBJECT]-(v:Fact)
        WHERE v.owner = $owner
      }
    )
  WITH e, [(a:Alias)-[:NAMES]->(e) | a.key] + e.key AS keys
  ORDER BY e.id
  RETURN collect(e) AS bearers, collect(e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .stands_id}) AS entities, collect(keys) AS borne,
    collect(CASE WHEN NOT e.key IN $keys AND NOT (
      EXISTS {
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
    ) THEN e.id END) AS unheard
}
CALL (borne) {
  UNWIND $names AS name
  WITH name
  WHERE NOT any(keys IN borne WHERE name.key IN keys)
  CALL (name) {
    UNWIND name.exact AS key
    MATCH (e:Entity {owner: $owner, key: key})
    RETURN e, null AS way
    UNION
    UNWIND name.heads AS head
    CALL (head) {
      MATCH (e:Entity)
      WHERE e.owner = $owner AND e.key STARTS WITH head AND e.type <> $value_type
      RETURN e
      ORDER BY e.key
      LIMIT $near
    }
    RETURN e, head AS way
    UNION
    UNWIND name.letters AS letter
    CALL (name, letter) {
      MATCH (e:Entity)
      WHERE e.owner = $owner AND e.last = name.last AND e.key STARTS WITH letter AND e.type <> $value_type
      RETURN e
      ORDER BY e.key
      LIMIT $near
    }
    RETURN e, '…' + letter AS way
  }
  WITH name, way, collect(e) AS some
  RETURN collect(some) AS found, collect(DISTINCT CASE WHEN way IS NOT NULL AND size(some) >= $near THEN name.key END) AS crowded
}
CALL (found) {
  UNWIND found AS some
  UNWIND some AS e
  WITH DISTINCT e
  WHERE e.type <> $value_type
  CALL (e) {
    MATCH (x:Entity {id: coalesce(e.stands_id, e.id)})<-[:SUBJECT|OBJECT]-(v:Fact)-[:SUBJECT|OBJECT]->(n:Entity)
    WHERE n <> x AND n.type <> $value_type
      AND ($agent_id IS NULL OR v.agent_id = $agent_id)
      AND ($run_id IS NULL OR v.run_id = $run_id)
    WITH DISTINCT n
    LIMIT $neighbours
    RETURN collect(n.id) AS beside
  }
  CALL (e) {
    MATCH (x:Entity {id: coalesce(e.stands_id, e.id)})
    RETURN NOT (
      EXISTS {
        MATCH (x)<-[n:MENTIONS|ABOUT]-(v:Memory)
        WHERE coalesce(n.said, x.id) = e.id
          AND coalesce(v.agent_id, '') = coalesce($agent_id, '') AND coalesce(v.run_id, '') = coalesce($run_id, '')
      }
      OR EXISTS {
        MATCH (x)<-[:SUBJECT|OBJECT]-(v:Fact)
        WHERE e.id IN [coalesce(v.subject_as, v.subject_id), coalesce(v.object_as, v.object_id)]
          AND coalesce(v.agent_id, '') = coalesce($agent_id, '') AND coalesce(v.run_id, '') = coalesce($run_id, '')
      }
    ) AS theirs
  }
  RETURN collect([e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .stands_id}, beside, theirs]) AS near
}
CALL (bearers, borne) {
  CALL (bearers, borne) {
    UNWIND $between AS pair
    UNWIND [at IN range(0, size(borne) - 1) WHERE pair.one IN borne[at] | coalesce(bearers[at].stands_id, bearers[at].id)] AS one
    UNWIND [at IN range(0, size(borne) - 1) WHERE pair.other IN borne[at] | coalesce(bearers[at].stands_id, bearers[at].id)] AS other
    UNWIND [[one, other], [other, one]] AS ends
    WITH DISTINCT ends, pair
    MATCH (f:Fact)
    WHERE f.subject_id = ends[0] AND f.object_id = ends[1] AND f.predicate IN pair.predicates
    RETURN f
    UNION
    UNWIND $facts AS id
    MATCH (f:Fact {id: id})
    RETURN f
  }
  RETURN collect(f) AS told
}
CALL (bearers, told) {
  CALL (bearers, told) {
    UNWIND told AS f
    RETURN f
    UNION
    UNWIND told AS newer
    MATCH (f:Fact)
    WHERE f.superseded_by = newer.id
    RETURN f
    UNION
    UNWIND bearers AS e
    WITH DISTINCT coalesce(e.stands_id, e.id) AS subject
    MATCH (f:Fact)
    WHERE f.subject_id = subject AND f.lookup IN $lookups AND f.predicate IN $predicates
    RETURN f
    UNION
    UNWIND bearers AS e
    WITH DISTINCT coalesce(e.stands_id, e.id) AS object
    MATCH (f:Fact)
    WHERE f.object_id = object AND f.lookup IN $turned_lookups AND f.predicate IN $turned
    RETURN f
  }
  WITH f
  WHERE f.owner = $owner AND coalesce(f.expires_at > $now, true)
  ORDER BY f.id
  RETURN collect(f) AS standing
}
CALL (standing) {
  UNWIND standing AS f
  WITH f
  WHERE f.predicate IN $closable OR f.id IN $facts
  MATCH (f)<-[:SUPPORTS]-(m:Memory)
  WHERE m.owner = $owner AND coalesce(m.expires_at > $now, true)
  RETURN collect(DISTINCT m) AS supporters
}
CALL (o) {
  UNWIND $hashes AS hash
  MATCH (m:Memory {owner: $owner, text_hash: hash})
  WHERE CASE WHEN $agent_id IS NULL THEN m.agent_id IS NULL ELSE m.agent_id = $agent_id END
    AND CASE WHEN $run_id IS NULL THEN m.run_id IS NULL ELSE m.run_id = $run_id END
    AND coalesce(m.expires_at > $now, true)
    AND m.retired_at IS NULL
    AND coalesce(m.valid_to > $now, true)
  RETURN collect(DISTINCT m) AS twins
}
CALL (o, borne) {
  UNWIND $phrases AS phrase
  WITH o, phrase
  WHERE NOT any(keys IN borne WHERE phrase.key IN keys)
  CALL (o, phrase) {
    UNWIND phrase.stems AS stem
    MATCH (w:Term {owner: $owner, stem: stem})
    WITH $mark + w.stem AS word, log(1 + (o.memories - w.memories + 0.5) / (w.memories + 0.5)) AS idf
    ORDER BY idf DESC, word
    LIMIT $most_terms
    RETURN collect([word, idf]) AS terms, collect(word) AS words
  }
  WITH o, phrase, terms, words
  WHERE size(terms) > 0
  CALL (phrase) {
    CALL db.index.fulltext.queryNodes('memory_words', phrase.line, {limit: $reach}) YIELD node
    RETURN collect(node) AS candidates
  }
  CALL (o, terms, words, candidates) {
    UNWIND candidates AS m
    WITH m
    WHERE m.owner = $owner
      AND coalesce(m.expires_at > $now, true)
      AND m.retired_at IS NULL
      AND coalesce(m.valid_to > $now, true)
    WITH m, [word IN split(m.words, ' ') WHERE word IN words] AS said,
      $k1 * (1 - $b + $b * m.word_count * o.memories / o.words) AS norm
    WITH m, norm, [term IN terms WHERE term[0] IN said | [term[1], size([word IN said WHERE word = term[0]])]] AS weights
    WITH m, reduce(sum = 0.0, one IN weights | sum + one[0] * one[1] * ($k1 + 1) / (one[1] + norm)) AS score
    WHERE score > 0
    ORDER BY score DESC, m.id
    LIMIT $late
    RETURN collect(m) AS held
  }
  RETURN collect(held) AS held, collect([phrase.text, size(candidates) < $reach OR size(held) = $late]) AS sought
}
CALL (twins, supporters, held) {
  UNWIND [twins, supporters] + held AS some
  UNWIND some AS m
  RETURN collect(DISTINCT m) AS asked
}
CALL (asked) {
  UNWIND asked AS m
  RETURN collect(m {
    .id, .user_id, .agent_id, .run_id, .text, .text_hash, .memory_type, .role, .actor_id, .position, .heading, .metadata, .categories,
    .created_at, .updated_at, .valid_from, .valid_to, .retired_at, .superseded_by, .expires_at, .feedback,
    episode_id: [(m)-[:DERIVED_FROM]->(p) | p.id][0], about_id: [(m)-[:ABOUT]->(a) | a.id][0],
    about_as: [(m)-[r:ABOUT]->() | r.said][0]
  }) AS memories
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[u:SUPPORTS]->(f:Fact)
  WHERE f.owner = $owner AND coalesce(f.expires_at > $now, true)
  RETURN collect({memory_id: m.id, fact_id: f.id, sentence: u.sentence, span_start: u.span_start, span_end: u.span_end, since: u.since, until: u.until}) AS supports, collect(DISTINCT f) AS said
}
CALL (standing, said) {
  UNWIND standing + said AS f
  WITH DISTINCT f
  RETURN collect(f {
    .id, .user_id, .agent_id, .run_id, .subject, .subject_id, .predicate, .object, .object_id, .text, .negated, .modality,
    .confidence, .valid_from, .valid_to, .recorded_at, .retired_at, .superseded_by, .support_count, .expires_at,
    .subject_as, .object_as
  }) AS facts
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[n:MENTIONS]->(e:Entity)
  RETURN collect({memory_id: m.id, entity_id: e.id, sentence: n.sentence, span_start: n.span_start, span_end: n.span_end}) AS mentions, collect(DISTINCT e) AS named
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[:ABOUT]->(e:Entity)
  RETURN collect(DISTINCT e) AS subjects
}
CALL (said) {
  UNWIND said AS f
  MATCH (f)-[:SUBJECT|OBJECT]->(e:Entity)
  RETURN collect(DISTINCT e) AS ends
}
CALL (named, subjects, ends) {
  UNWIND named + subjects + ends AS e
  WITH DISTINCT e
  RETURN collect(e {.id, .owner, .key, .whole_key, .name, .type, .aliases, .others}) AS others
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[:DERIVED_FROM]->(p:Episode)
  WITH DISTINCT p
  RETURN collect(p {.id, .user_id, .agent_id, .run_id, .messages, .occurred_at, .recorded_at}) AS episodes
}
CALL (asked) {
  UNWIND asked AS m
  MATCH (m)-[:HAS_SENTENCE]->(s:Sentence)
  RETURN collect({memory_id: m.id, position: s.position, span_start: s.span_start, span_end: s.span_end, text: s.text}) AS sentences
}
RETURN o.version AS version, entities, [f IN standing | f.id] AS standing, [m IN twins | m.id] AS twins,
  [m IN supporters | m.id] AS supporters, [some IN held | [m IN some | m.id]] AS held, sought,
  memories, facts, others, episodes, sentences, supports, mentions, near, crowded, unheard
