// The vectors that were being made are not wanted any more.
MATCH (s:Store {only: true})
SET s.left_over = true
REMOVE s.next_model, s.next_dimension, s.begun, s.listed
RETURN s.left_over AS left_over
