-- What `graphmem doctor` asks of a file.

-- name: journal_mode
PRAGMA journal_mode

-- name: quick_check
PRAGMA quick_check(1)
