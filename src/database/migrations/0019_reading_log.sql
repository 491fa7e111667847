-- The reading log as a chain. Plain SQL for SQLite and PostgreSQL. Never rebuilt.

-- origin: cli, web, api. kind: what the action is after Directive (EU) 2016/680, Art. 25. recipient: who was given what was disclosed. hash: of
-- the row and of the hash before it; empty in rows of an earlier version until the next one is written.
ALTER TABLE audit ADD COLUMN origin TEXT NOT NULL DEFAULT 'cli';
ALTER TABLE audit ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN recipient TEXT;
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_by_time ON audit (at);

-- What the retention of the log removed: all rows up to a number. hash and at are those of the last of them; removed counts them. Times are
-- microseconds.
CREATE TABLE audit_checkpoint (
    through BIGINT PRIMARY KEY,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    removed_at BIGINT NOT NULL,
    removed_by TEXT NOT NULL
);

-- What people found of rows that they reviewed; n counts those of a row.
CREATE TABLE audit_review (
    audit_id BIGINT NOT NULL,
    n BIGINT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    finding TEXT NOT NULL,
    PRIMARY KEY (audit_id, n)
);
