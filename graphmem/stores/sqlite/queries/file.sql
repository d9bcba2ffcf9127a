-- Settings of a connection, and the book-keeping of the schema.

-- name: foreign_keys
PRAGMA foreign_keys = ON

-- name: secure_delete
PRAGMA secure_delete = ON

-- name: trusted_schema
PRAGMA trusted_schema = OFF

-- name: cell_size_check
PRAGMA cell_size_check = ON

-- name: mmap_size
PRAGMA mmap_size = 0

-- name: cache_size
-- 16 MB: the pages of a crowded entity's facts, which SQLite's usual 2 MB do not hold, are there for the next search.
PRAGMA cache_size = -16384

-- name: no_autocheckpoint
PRAGMA wal_autocheckpoint = 0

-- name: synchronous_full
PRAGMA synchronous = FULL

-- name: synchronous_fast
PRAGMA synchronous = NORMAL

-- name: fullfsync
PRAGMA fullfsync = ON

-- name: journal_wal
PRAGMA journal_mode = WAL

-- name: query_only
PRAGMA query_only = ON

-- name: no_wait
PRAGMA busy_timeout = 0

-- name: wait
PRAGMA busy_timeout = [[milliseconds]]

-- name: checkpoint
PRAGMA wal_checkpoint(TRUNCATE)

-- name: application_id
PRAGMA application_id

-- name: set_application_id
PRAGMA application_id = 0x67726d6d

-- name: begin
BEGIN

-- name: begin_immediate
BEGIN IMMEDIATE

-- name: commit
COMMIT

-- name: rollback
ROLLBACK

-- name: tables
SELECT name FROM sqlite_master WHERE type = 'table'

-- name: create_migration_table
CREATE TABLE schema_migration (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT

-- name: migrations
SELECT version, name, checksum FROM schema_migration ORDER BY version

-- name: record_migration
INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (:version, :name, :checksum, :applied_at)

-- name: embedding_model
SELECT model, dimension FROM store

-- name: set_embedding_model
INSERT INTO store (only, model, dimension, created_at) VALUES (1, :model, :dimension, :created_at)
