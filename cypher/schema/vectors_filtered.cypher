// Vector indexes that know whose each row is, for servers that can filter inside the index (2026.02 and later).
CYPHER 25 CREATE VECTOR INDEX memory_embedding IF NOT EXISTS FOR (m:Memory) ON m.embedding
WITH [m.owner, m.agent_id, m.run_id, m.retired_at]
OPTIONS {indexConfig: {`vector.dimensions`: 384 /* dimension */, `vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false}};
CYPHER 25 CREATE VECTOR INDEX fact_embedding IF NOT EXISTS FOR (f:Fact) ON f.embedding
WITH [f.owner, f.agent_id, f.run_id, f.retired_at]
OPTIONS {indexConfig: {`vector.dimensions`: 384 /* dimension */, `vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false}};
CYPHER 25 CREATE VECTOR INDEX entity_embedding IF NOT EXISTS FOR (e:Entity) ON e.embedding
WITH [e.owner]
OPTIONS {indexConfig: {`vector.dimensions`: 384 /* dimension */, `vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false}};
