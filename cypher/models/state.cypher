// Which model's vectors are in use and where, which model's are being made, and whether any are left over.
MATCH (s:Store {only: true})
RETURN s.model AS model, s.dimension AS dimension, coalesce(s.place, 'a') AS place, s.vectors AS vectors,
  s.next_model AS next_model, s.next_dimension AS next_dimension, s.begun AS begun, coalesce(s.listed, false) AS listed,
  coalesce(s.left_over, false) AS left_over
