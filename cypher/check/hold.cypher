// Holds an owner's graph for a repair; what others had decided on the graph before it is decided again.
MATCH (o:Owner {owner: $owner})
SET o.claimed = true
SET o.version = o.version + 1
RETURN o.version AS version
