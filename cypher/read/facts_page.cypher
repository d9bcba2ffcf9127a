// A page of the facts of a scope in order of id, and how many there are in all.
WITH $owner AS owner
CALL (owner) {
  MATCH (f:Fact)
  WHERE f.owner = owner AND f.id IS NOT NULL
    AND f.owner = $owner
    AND ($agent_id IS NULL OR f.agent_id = $agent_id)
    AND ($run_id IS NULL OR f.run_id = $run_id)
    AND coalesce(f.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN f.retired_at IS NULL AND coalesce(f.valid_to > $now, true)
      ELSE coalesce(f.valid_from <= $as_of, true) AND coalesce(f.valid_to > $as_of, f.retired_at IS NULL)
    END
    // [[of_subjects]]
    AND ($subjects IS NULL OR f.subject_id IN $subjects)
    AND ($predicates IS NULL OR f.predicate IN $predicates)
    AND ($objects IS NULL OR f.object_id IN $objects)
    AND ($memory_ids IS NULL OR EXISTS {
      MATCH (f)<-[:SUPPORTS]-(v:Memory)
      WHERE v.id IN $memory_ids
        AND v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    })
  RETURN count(f) AS total
}
CALL (owner) {
  MATCH (f:Fact)
  WHERE f.owner = owner AND $above < f.id < $below
    AND f.owner = $owner
    AND ($agent_id IS NULL OR f.agent_id = $agent_id)
    AND ($run_id IS NULL OR f.run_id = $run_id)
    AND coalesce(f.expires_at > $now, true)
    AND CASE
      WHEN $all_times THEN true
      WHEN $as_of IS NULL THEN f.retired_at IS NULL AND coalesce(f.valid_to > $now, true)
      ELSE coalesce(f.valid_from <= $as_of, true) AND coalesce(f.valid_to > $as_of, f.retired_at IS NULL)
    END
    // [[of_subjects]]
    AND ($subjects IS NULL OR f.subject_id IN $subjects)
    AND ($predicates IS NULL OR f.predicate IN $predicates)
    AND ($objects IS NULL OR f.object_id IN $objects)
    AND ($memory_ids IS NULL OR EXISTS {
      MATCH (f)<-[:SUPPORTS]-(v:Memory)
      WHERE v.id IN $memory_ids
        AND v.owner = $owner
        AND ($agent_id IS NULL OR v.agent_id = $agent_id)
        AND ($run_id IS NULL OR v.run_id = $run_id)
    })
  // [[newest_first]]
  WITH f
  ORDER BY f.id
  LIMIT $limit
  RETURN collect(f {
    .id, .user_id, .agent_id, .run_id, .subject, .subject_id, .predicate, .object, .object_id, .text, .negated, .modality,
    .confidence, .valid_from, .valid_to, .recorded_at, .retired_at, .superseded_by, .support_count, .expires_at,
    .subject_as, .object_as
  }) AS page
}
RETURN total, page
