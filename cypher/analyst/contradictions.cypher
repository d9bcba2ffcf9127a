// Statements that cannot both be true: the same subject, predicate and object, said and denied, neither taken back.
MATCH (e:Entity {owner: $owner})<-[:SUBJECT]-(yes:Fact), (e)<-[:SUBJECT]-(no:Fact)
WHERE e.key IS NOT NULL AND yes.predicate = no.predicate AND yes.object_id = no.object_id AND NOT yes.negated AND no.negated
  AND yes.retired_at IS NULL AND no.retired_at IS NULL
RETURN yes.subject AS subject, yes.predicate AS predicate, yes.object AS object, yes.text AS said, yes.recorded_at AS said_at,
       no.text AS denied, no.recorded_at AS denied_at, yes.id AS fact, no.id AS other
ORDER BY denied_at DESC, fact
LIMIT $limit
