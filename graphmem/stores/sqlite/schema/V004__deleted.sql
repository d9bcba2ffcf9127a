-- The whole memory that a revision took away, as JSON, so that it can be brought back as it was.

ALTER TABLE revision ADD COLUMN record TEXT;
