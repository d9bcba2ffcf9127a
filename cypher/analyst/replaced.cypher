// What was believed once and has been replaced: the old fact, the one that closed it, and when.
MATCH (new:Fact {owner: $owner})-[:SUPERSEDES]->(old:Fact)
WHERE new.id IS NOT NULL
RETURN old.subject AS subject, old.predicate AS predicate, old.object AS was, new.object AS became, old.valid_from AS since,
       coalesce(old.valid_to, old.retired_at) AS until, old.id AS fact, new.id AS replaced_by
ORDER BY until DESC, fact
LIMIT $limit
