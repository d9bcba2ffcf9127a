// Who has a graph here, in order.
MATCH (o:Owner)
WHERE o.owner > $after AND o.version > 0
RETURN o.owner AS owner
ORDER BY owner
LIMIT $limit
