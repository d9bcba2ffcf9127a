-- From when and until when a memory says that a fact holds, so that each of those who say it counts for what it states.

ALTER TABLE support ADD COLUMN since TEXT;
ALTER TABLE support ADD COLUMN until TEXT;
