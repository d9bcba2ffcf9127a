// Takes the place of the vectors for this transaction: who makes others, or takes these into use, waits.
MATCH (s:Store {only: true})
SET s.claimed = true
RETURN s.claimed AS claimed
