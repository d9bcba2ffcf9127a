// Writes the words of memories again.
UNWIND $rows AS row
MATCH (m:Memory {id: row.id})
SET m.words = row.words, m.word_count = row.word_count
RETURN count(m) AS done
