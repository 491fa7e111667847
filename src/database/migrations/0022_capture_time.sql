-- How collection of a source went by day is read without its captures: this index alone answers. Plain SQL for SQLite and PostgreSQL.
CREATE INDEX capture_by_time ON capture (source, captured_at, outcome);
