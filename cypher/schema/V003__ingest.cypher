// What became of an add that was given a key, or put off; `waiting` is the owner as long as something is still to be done.
CREATE CONSTRAINT ingest_unique IF NOT EXISTS FOR (g:Ingest) REQUIRE g.id IS UNIQUE;
CREATE CONSTRAINT ingest_key_unique IF NOT EXISTS FOR (g:Ingest) REQUIRE g.key_mark IS UNIQUE;
CREATE INDEX ingest_of_owner IF NOT EXISTS FOR (g:Ingest) ON (g.owner, g.id);
CREATE INDEX ingest_by_number IF NOT EXISTS FOR (g:Ingest) ON (g.owner, g.number);
CREATE INDEX ingest_to_do IF NOT EXISTS FOR (g:Ingest) ON (g.waiting, g.number);
