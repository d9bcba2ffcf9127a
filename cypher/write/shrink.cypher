// Takes purged memories and their words out of the owner's counts.
MATCH (o:Owner {owner: $owner})
SET o.memories = o.memories - $memories, o.words = o.words - $words
WITH o
CALL () {
  UNWIND $terms AS row
  MATCH (t:Term {owner: $owner, stem: row.stem})
  SET t.memories = t.memories - row.memories
  RETURN count(t) AS terms
}
RETURN o.memories AS memories, terms
