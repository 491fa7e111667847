-- Under which authority a capture was made, and sessions of accounts. Plain SQL for SQLite and PostgreSQL.

-- The authority that was in force when a source was fetched, as it was hashed: docs/sessions.md has the form. hash is `sha256:` and hexadecimal
-- digits, first_used the time of its record in the archive.
CREATE TABLE authority (
    hash TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    body TEXT NOT NULL,
    first_used BIGINT NOT NULL
);

-- Empty for captures of imports, and for those that were made before this column.
ALTER TABLE capture ADD COLUMN authority TEXT NOT NULL DEFAULT '';

-- Cookies of an account that a person gave for a source, and how long they lasted. cookies is JSON and secret; it is empty once the session was
-- cleared or replaced. walled_at: when a wall was met with it, and which; 0 and empty before.
CREATE TABLE session (
    source TEXT NOT NULL,
    n BIGINT NOT NULL,
    cookies TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    ended_at BIGINT NOT NULL,
    walled_at BIGINT NOT NULL,
    wall TEXT NOT NULL,
    PRIMARY KEY (source, n)
);
