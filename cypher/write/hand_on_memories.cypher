// Memories whose closer is gone are closed by another, where that one begins, or current again.
UNWIND $rows AS row
MATCH (m:Memory {id: row.id})
SET m.superseded_by = row.by,
  m.retired_at = CASE WHEN row.by IS NULL THEN null ELSE m.retired_at END,
  m.valid_to = CASE WHEN row.by IS NULL THEN null WHEN row.at > coalesce(m.valid_to, m.valid_from) THEN row.at ELSE m.valid_to END
RETURN count(m) AS done
