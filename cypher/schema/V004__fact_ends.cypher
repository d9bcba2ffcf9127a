// What is said between two entities, and what of one kind leads to one, is found without going through all else that they have.
CREATE INDEX fact_of_ends IF NOT EXISTS FOR (f:Fact) ON (f.subject_id, f.object_id);
CREATE INDEX fact_of_object IF NOT EXISTS FOR (f:Fact) ON (f.object_id, f.lookup);
