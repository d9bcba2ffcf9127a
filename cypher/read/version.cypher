// How many commits have changed an owner's graph.
MATCH (o:Owner {owner: $owner})
RETURN o.version AS version
