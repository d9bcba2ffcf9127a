// Takes every owner's graph for this transaction: whoever writes has either finished, or waits and then looks at the model.
MATCH (o:Owner)
WITH o
ORDER BY o.owner
SET o.claimed = true
RETURN count(o) AS owners
