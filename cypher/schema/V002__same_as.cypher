// Which entities are one thing: what is said of pairs of them, who stands for whom, and who shares a last name.
CREATE CONSTRAINT same_as_unique IF NOT EXISTS FOR ()-[r:SAME_AS]-() REQUIRE r.id IS UNIQUE;
CREATE INDEX same_as_of_owner IF NOT EXISTS FOR ()-[r:SAME_AS]-() ON (r.owner, r.id);
CREATE INDEX entity_stood_for IF NOT EXISTS FOR (e:Entity) ON (e.stands_id);
CREATE INDEX entity_by_last_word IF NOT EXISTS FOR (e:Entity) ON (e.owner, e.last);
MATCH (e:Entity) WHERE e.last IS NULL
CALL (e) {
  SET e.last = last(split(e.key, ' '))
} IN TRANSACTIONS OF 10000 ROWS;
