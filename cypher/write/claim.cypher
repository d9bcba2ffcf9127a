// Takes an owner's graph for this transaction (who writes to it next waits), and tells what of a write is there already.
MERGE (o:Owner {owner: $owner})
ON CREATE SET o.version = 0, o.memories = 0, o.words = 0, o.numbered = 0
SET o.claimed = true
WITH o
CALL (o) {
  WITH o
  WHERE o.version = 0
  MATCH (s:Store {only: true})
  SET s.claimed = true
  RETURN count(s) AS taken
}
CALL (o) {
  UNWIND $episodes AS id
  MATCH (p:Episode {id: id})
  RETURN collect([p.id, p.owner = o.owner]) AS episodes
}
CALL (o) {
  UNWIND $entities AS id
  MATCH (e:Entity {id: id})
  RETURN collect([e.id, e.owner = o.owner, e.stands_id]) AS entities
}
CALL (o) {
  UNWIND $keys AS key
  MATCH (e:Entity {owner: o.owner, key: key})
  RETURN collect([e.key, e.id, e.aliases, e.stands_id]) AS keyed
}
CALL (o) {
  UNWIND $memories AS id
  MATCH (m:Memory {id: id})
  RETURN collect([m.id, m.owner = o.owner, m.words, m.word_count, [(m)-[r:ABOUT]->(a) | coalesce(r.said, a.id)][0], [(m)-[:DERIVED_FROM]->(p) | p.id][0], [(m)-[:SUPPORTS]->(f) | f.id]]) AS memories
}
CALL (o) {
  UNWIND $facts AS id
  MATCH (f:Fact {id: id})
  RETURN collect([f.id, f.owner = o.owner]) AS facts
}
CALL (o) {
  UNWIND $statements AS statement
  MATCH (f:Fact {statement: statement})
  WHERE f.owner = o.owner AND f.retired_at IS NULL
  WITH f
  ORDER BY f.number
  RETURN collect([f.statement, f.id, f.valid_to]) AS twins
}
CALL (o) {
  UNWIND $runs AS run
  CALL (o, run) {
    MATCH (m:Memory)
    USING INDEX m:Memory(owner, run_id, number)
    WHERE m.owner = o.owner AND m.run_id = run.run_id AND m.number >= 0
      AND (m.agent_id = run.agent_id OR (m.agent_id IS NULL AND run.agent_id IS NULL))
    RETURN m.id AS last
    ORDER BY m.owner DESC, m.run_id DESC, m.number DESC
    LIMIT 1
  }
  RETURN collect([run.run_id, run.agent_id, last]) AS lasts
}
CALL (o) {
  WITH o
  WHERE $types
  CALL db.relationshipTypes() YIELD relationshipType
  RETURN collect(relationshipType) AS types
}
MATCH (s:Store {only: true})
RETURN s.model AS model, s.dimension AS dimension, coalesce(s.place, 'a') AS place, s.next_model IS NOT NULL AS moving,
  o.version AS version, o.numbered AS numbered, episodes, entities, keyed, memories, facts, twins, lasts, types
