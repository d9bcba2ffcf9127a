// What a question answers, and which model's vectors were in use, looked up when all of the answer was there.
// [[question]]
WITH collect([
  // [[columns]]
]) AS answers
MATCH (s:Store {only: true})
RETURN answers, s.model AS model, s.dimension AS dimension, coalesce(s.place, 'a') AS place
