// Writes rows of every kind, in the order in which they refer to each other, and closes what they supersede.
MATCH (o:Owner {owner: $owner})
SET o.version = $version, o.memories = o.memories + $more_memories, o.words = o.words + $more_words, o.numbered = $numbered
WITH o
CALL () {
  UNWIND $retired_facts AS row
  MATCH (f:Fact {id: row.id})
  WHERE f.owner = $owner
  SET f.retired_at = row.at, f.valid_to = coalesce(row.valid_to, f.valid_to), f.superseded_by = row.superseded_by, f.open_statement = null
  WITH f
  MATCH (f)-[:SUBJECT]->(s)-[r]->(t)<-[:OBJECT]-(f)
  WHERE r.fact_id = f.id
  SET r.retired_at = f.retired_at, r.valid_to = f.valid_to
  RETURN count(*) AS facts_closed
}
CALL () {
  UNWIND $redated_facts AS row
  MATCH (f:Fact {id: row.id})
  WHERE f.owner = $owner
  SET f.valid_from = row.valid_from, f.valid_to = row.valid_to, f.retired_at = row.retired_at, f.superseded_by = row.superseded_by,
    f.open_statement = CASE WHEN row.retired_at IS NULL AND row.valid_to IS NULL THEN f.statement END
  WITH f
  MATCH (f)-[:SUBJECT]->(s)-[r]->(t)<-[:OBJECT]-(f)
  WHERE r.fact_id = f.id
  SET r.valid_from = f.valid_from, r.retired_at = f.retired_at, r.valid_to = f.valid_to
  RETURN count(*) AS facts_redated
}
CALL () {
  UNWIND $reclosed AS row
  MATCH (f:Fact {id: row})<-[s:SUPERSEDES]-(x:Fact)
  WHERE f.owner = $owner AND coalesce(x.id <> f.superseded_by, true)
  DELETE s
  RETURN count(*) AS let_go
}
CALL () {
  UNWIND $retired_memories AS row
  MATCH (m:Memory {id: row.id})
  WHERE m.owner = $owner
  SET m.retired_at = row.at, m.valid_to = coalesce(row.valid_to, m.valid_to), m.superseded_by = row.superseded_by
  RETURN count(*) AS memories_closed
}
CALL () {
  UNWIND $episodes AS row
  CREATE (p:Episode)
  SET p = row
  RETURN count(*) AS episodes
}
CALL () {
  UNWIND $entities AS row
  MERGE (e:Entity {id: row.id})
  ON CREATE SET e = row.made
  SET e.aliases = row.aliases, e.embedding = coalesce(e.embedding, row.embedding)
  FOREACH (_ IN CASE WHEN $moving AND e.embedding_next IS NULL THEN [1] ELSE [] END | SET e:Unembedded)
  WITH e, row
  UNWIND row.alias_keys AS key
  MERGE (a:Alias {owner: $owner, key: key})
  MERGE (a)-[:NAMES]->(e)
  RETURN count(DISTINCT e) AS aliased
}
CALL () {
  UNWIND $same AS row
  MATCH (s:Entity {id: row.source_id})
  CALL (row) {
    MATCH (t:Entity {id: row.target_id})
    RETURN t
  }
  WITH s, t, row
  WHERE row.made.status <> 'candidate' OR NOT EXISTS { (s)-[:SAME_AS]-(t) }
  CALL (s, t) {
    MATCH (s)-[old:SAME_AS]-(t)
    DELETE old
    RETURN count(*) AS replaced
  }
  CREATE (s)-[r:SAME_AS]->(t)
  SET r = row.made
  RETURN count(r) AS same
}
CALL () {
  UNWIND $stood_for AS row
  MATCH (e:Entity {id: row.id})
  SET e.others = coalesce(e.others, []) + row.names
  RETURN count(e) AS stood_for
}
CALL () {
  UNWIND $replaced AS id
  MATCH (m:Memory {id: id})-[r:DERIVED_FROM|ABOUT]->()
  DELETE r
  RETURN count(r) AS loosened
}
CALL () {
  UNWIND $memories AS row
  MERGE (m:Memory {id: row.made.id})
  WITH m, row, [coalesce(m.text, ''), coalesce(m.actor_id, ''), coalesce(m.heading, '')] AS before
  SET m += row.made
  FOREACH (_ IN CASE WHEN row.embedding IS NULL THEN [] ELSE [1] END | SET m.embedding = row.embedding)
  FOREACH (_ IN CASE WHEN $moving AND (m.embedding_next IS NULL OR before <> [coalesce(m.text, ''), coalesce(m.actor_id, ''), coalesce(m.heading, '')]) THEN [1] ELSE [] END | SET m:Unembedded)
  WITH m, row
  CALL (m, row) {
    MATCH (p:Episode {id: row.episode_id})
    CREATE (m)-[:DERIVED_FROM]->(p)
  }
  CALL (m, row) {
    MATCH (e:Entity {id: row.about_id})
    CREATE (m)-[:ABOUT {said: row.about_said}]->(e)
  }
  RETURN count(m) AS memories
}
CALL () {
  UNWIND $next AS row
  MATCH (a:Memory {id: row.before})
  CALL (a, row) {
    MATCH (b:Memory {id: row.after})
    MERGE (a)-[:NEXT]->(b)
  }
  RETURN count(a) AS joined
}
CALL () {
  UNWIND $beside AS id
  MATCH (m:Memory {id: id})-[:DERIVED_FROM]->(:Episode)<-[:DERIVED_FROM]-(x:Memory)
  WHERE x.position = m.position - 1 OR x.position = m.position + 1
  FOREACH (_ IN CASE WHEN x.position < m.position THEN [1] ELSE [] END | MERGE (x)-[:NEXT]->(m))
  FOREACH (_ IN CASE WHEN x.position > m.position THEN [1] ELSE [] END | MERGE (m)-[:NEXT]->(x))
  RETURN count(x) AS beside
}
CALL () {
  UNWIND $terms AS row
  MERGE (t:Term {owner: $owner, stem: row.stem})
  SET t.memories = coalesce(t.memories, 0) + row.memories
  RETURN count(t) AS terms
}
CALL () {
  UNWIND $sentences AS row
  MATCH (m:Memory {id: row.memory_id})
  MERGE (s:Sentence {id: row.made.id})
  WITH m, s, row, s.text AS before
  SET s += row.made
  FOREACH (_ IN CASE WHEN row.embedding IS NULL THEN [] ELSE [1] END | SET s.embedding = row.embedding)
  FOREACH (_ IN CASE WHEN $moving AND (s.embedding_next IS NULL OR before <> s.text) THEN [1] ELSE [] END | SET s:Unembedded)
  MERGE (m)-[:HAS_SENTENCE]->(s)
  RETURN count(s) AS sentences
}
CALL () {
  UNWIND $facts AS row
  MATCH (s:Entity {id: row.made.subject_id})
  CALL (row) {
    MATCH (t:Entity {id: row.made.object_id})
    RETURN t
  }
  CREATE (f:Fact)
  SET f = row.made
  SET f.subject = s.name, f.object = t.name, f.embedding = row.embedding
  FOREACH (_ IN CASE WHEN $moving THEN [1] ELSE [] END | SET f:Unembedded)
  CREATE (f)-[:SUBJECT]->(s)
  CREATE (f)-[:OBJECT]->(t)
  CREATE (s)-[r:$(row.type)]->(t)
  SET r = row.edge
  WITH f
  CALL (f) {
    MATCH (old:Fact {superseded_by: f.id})
    WHERE old.owner = $owner
    MERGE (f)-[:SUPERSEDES]->(old)
  }
  RETURN count(f) AS facts
}
CALL () {
  UNWIND $redirected AS row
  MATCH (f:Fact {superseded_by: row.gone})
  WHERE f.owner = $owner
  SET f.superseded_by = row.kept
  WITH f, row
  CALL (f, row) {
    MATCH (by:Fact {id: row.kept})
    WHERE by.owner = $owner
    MERGE (by)-[:SUPERSEDES]->(f)
  }
  RETURN count(f) AS redirected
}
CALL () {
  UNWIND $superseding AS row
  MATCH (f:Fact {id: row.id})
  WHERE f.owner = $owner
  CALL (f, row) {
    MATCH (by:Fact {id: row.by})
    WHERE by.owner = $owner
    MERGE (by)-[:SUPERSEDES]->(f)
  }
  RETURN count(f) AS superseded
}
CALL () {
  UNWIND $supports AS row
  MATCH (m:Memory {id: row.memory_id})
  CALL (row) {
    MATCH (f:Fact {id: row.fact_id})
    RETURN f
  }
  WITH m, f, row
  WHERE row.fresh OR NOT EXISTS { (m)-[:SUPPORTS]->(f) }
  CREATE (m)-[u:SUPPORTS]->(f)
  SET u = row.made
  RETURN count(u) AS supports
}
CALL () {
  UNWIND $mentions AS row
  MATCH (m:Memory {id: row.memory_id})
  CALL (row) {
    MATCH (e:Entity {id: row.entity_id})
    RETURN e
  }
  WITH m, e, row
  WHERE row.fresh OR NOT EXISTS {
    MATCH (m)-[x:MENTIONS {sentence: row.made.sentence}]->(e)
    WHERE coalesce(x.said, e.id) = coalesce(row.made.said, e.id)
  }
  CREATE (m)-[n:MENTIONS]->(e)
  SET n = row.made
  RETURN count(n) AS mentions
}
CALL () {
  UNWIND $revisions AS row
  WITH row
  WHERE NOT EXISTS { (:Revision {id: row.id}) }
  CREATE (r:Revision)
  SET r = row
  RETURN count(r) AS revisions
}
CALL () {
  UNWIND $recounted AS id
  MATCH (f:Fact {id: id})
  CALL (f) {
    MATCH (f)<-[:SUPPORTS]-(m:Memory)
    RETURN count(m) AS all, count(m.expires_at) AS ending, max(m.expires_at) AS last
  }
  SET f.support_count = all, f.expires_at = CASE WHEN all = ending THEN last END
  RETURN count(f) AS recounted
}
RETURN episodes, memories, sentences, facts, supports, mentions, revisions, same
