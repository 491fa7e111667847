-- What dossiers show besides. Plain SQL for SQLite and PostgreSQL.

-- The capture that found the page of a listing gone; empty while it is there, and for facts written before this column: `vigie reextract`
-- fills it.
ALTER TABLE listing ADD COLUMN gone_capture TEXT NOT NULL DEFAULT '';

-- Who showed a text first.
CREATE INDEX version_by_family ON version (family, seen_at);
