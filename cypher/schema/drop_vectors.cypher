// The indexes of vectors that are not in use go.
DROP INDEX memory_embedding_next IF EXISTS;
DROP INDEX fact_embedding_next IF EXISTS;
DROP INDEX entity_embedding_next IF EXISTS;
