-- What people said of a memory that was found, from -1 (wrong) to 1 (right); 0 where nobody did.

ALTER TABLE memory ADD COLUMN feedback REAL NOT NULL DEFAULT 0 CHECK (feedback BETWEEN -1 AND 1);

DROP VIEW v_memories;
CREATE VIEW v_memories AS
SELECT m.id, o.owner, m.user_id, m.agent_id, m.run_id, m.actor_id, m.text, a.name AS about, m.memory_type, m.categories,
       m.metadata, m.created_at, m.valid_from, m.valid_to, m.retired_at, m.expires_at, e.id AS episode_id, m.feedback
FROM memory AS m
JOIN owner AS o ON o.number = m.owner_number
JOIN episode AS e ON e.number = m.episode_number
LEFT JOIN entity AS a ON a.number = m.about_number;
