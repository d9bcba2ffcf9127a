// Counts an owner's memories, their words, and in how many each word stands, all again.
MATCH (o:Owner {owner: $owner})
CALL () {
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.id >= ''
  RETURN count(m) AS memories, coalesce(sum(m.word_count), 0) AS words, coalesce(max(m.number), 0) AS last
}
SET o.memories = memories, o.words = words, o.numbered = CASE WHEN o.numbered < last THEN last ELSE o.numbered END
WITH o
CALL () {
  MATCH (t:Term)
  WHERE t.owner = $owner AND t.stem >= ''
  SET t.memories = 0
  RETURN count(t) AS known
}
CALL () {
  MATCH (m:Memory)
  WHERE m.owner = $owner AND m.id >= ''
  UNWIND split(m.words, ' ') AS word
  WITH substring(word, size($mark) + 1) AS stem, count(DISTINCT m) AS memories
  WHERE stem <> ''
  MERGE (t:Term {owner: $owner, stem: stem})
  SET t.memories = memories
  RETURN count(t) AS counted
}
CALL () {
  MATCH (t:Term)
  WHERE t.owner = $owner AND t.stem >= '' AND t.memories = 0
  DELETE t
  RETURN count(*) AS dropped
}
RETURN counted, dropped
