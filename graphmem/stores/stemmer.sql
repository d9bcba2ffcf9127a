-- A database of its own in which SQLite's full-text search is asked for the stem of a word.

-- name: table
CREATE VIRTUAL TABLE spoken USING fts5 (word, tokenize = "porter ascii tokenchars '_'")

-- name: terms
CREATE VIRTUAL TABLE stem USING fts5vocab (spoken, row)

-- name: say
INSERT INTO spoken (rowid, word) VALUES (1, :word)

-- name: hear
SELECT term FROM stem

-- name: forget
DELETE FROM spoken WHERE rowid = 1
