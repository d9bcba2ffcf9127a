// Facts that still count as true although nobody has said them since a date: worth asking about again.
MATCH (f:Fact {owner: $owner})
WHERE f.id IS NOT NULL AND f.retired_at IS NULL AND (f.valid_to IS NULL OR f.valid_to > datetime())
OPTIONAL MATCH (f)<-[:SUPPORTS]-(m:Memory)
WITH f, max(m.created_at) AS last_said
WHERE coalesce(last_said, f.recorded_at) < $before
RETURN f.subject AS subject, f.predicate AS predicate, f.object AS object, coalesce(last_said, f.recorded_at) AS last_said,
       f.support_count AS supports, f.id AS fact
ORDER BY last_said, fact
LIMIT $limit
