// The graph as it is first made: what is unique, and what is looked up.
CREATE CONSTRAINT lock_unique IF NOT EXISTS FOR (l:Lock) REQUIRE l.name IS UNIQUE;
CREATE CONSTRAINT migration_unique IF NOT EXISTS FOR (m:Migration) REQUIRE m.version IS UNIQUE;
CREATE CONSTRAINT store_unique IF NOT EXISTS FOR (s:Store) REQUIRE s.only IS UNIQUE;
CREATE CONSTRAINT owner_unique IF NOT EXISTS FOR (o:Owner) REQUIRE o.owner IS UNIQUE;
CREATE CONSTRAINT term_unique IF NOT EXISTS FOR (t:Term) REQUIRE (t.owner, t.stem) IS UNIQUE;
CREATE CONSTRAINT episode_unique IF NOT EXISTS FOR (p:Episode) REQUIRE p.id IS UNIQUE;
CREATE CONSTRAINT memory_unique IF NOT EXISTS FOR (m:Memory) REQUIRE m.id IS UNIQUE;
CREATE CONSTRAINT sentence_unique IF NOT EXISTS FOR (s:Sentence) REQUIRE s.id IS UNIQUE;
CREATE CONSTRAINT fact_unique IF NOT EXISTS FOR (f:Fact) REQUIRE f.id IS UNIQUE;
CREATE CONSTRAINT fact_stands_once IF NOT EXISTS FOR (f:Fact) REQUIRE f.open_statement IS UNIQUE;
CREATE CONSTRAINT entity_unique IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE;
CREATE CONSTRAINT entity_key_unique IF NOT EXISTS FOR (e:Entity) REQUIRE (e.owner, e.key) IS UNIQUE;
CREATE CONSTRAINT alias_unique IF NOT EXISTS FOR (a:Alias) REQUIRE (a.owner, a.key) IS UNIQUE;
CREATE CONSTRAINT revision_unique IF NOT EXISTS FOR (r:Revision) REQUIRE r.id IS UNIQUE;
CREATE INDEX episode_of_owner IF NOT EXISTS FOR (p:Episode) ON (p.owner);
CREATE INDEX memory_of_owner IF NOT EXISTS FOR (m:Memory) ON (m.owner, m.id);
CREATE INDEX memory_by_hash IF NOT EXISTS FOR (m:Memory) ON (m.owner, m.text_hash);
CREATE INDEX memory_in_run IF NOT EXISTS FOR (m:Memory) ON (m.owner, m.run_id, m.number);
CREATE INDEX memory_superseded IF NOT EXISTS FOR (m:Memory) ON (m.superseded_by);
CREATE INDEX fact_of_owner IF NOT EXISTS FOR (f:Fact) ON (f.owner, f.id);
CREATE INDEX fact_of_subject IF NOT EXISTS FOR (f:Fact) ON (f.subject_id, f.predicate);
CREATE INDEX fact_by_statement IF NOT EXISTS FOR (f:Fact) ON (f.statement);
CREATE INDEX fact_superseded IF NOT EXISTS FOR (f:Fact) ON (f.superseded_by);
CREATE INDEX revision_of_memory IF NOT EXISTS FOR (r:Revision) ON (r.memory_id);
CREATE FULLTEXT INDEX memory_words IF NOT EXISTS FOR (m:Memory) ON EACH [m.words]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}};
