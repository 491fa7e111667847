-- What investigators say a listing is. Plain SQL for SQLite and PostgreSQL.

-- One row for each time that somebody said so, of a version of a listing; the last one of a version counts. subtype and note are empty where none
-- was given; at is in microseconds.
CREATE TABLE label (
    version_id TEXT NOT NULL REFERENCES version (id),
    n BIGINT NOT NULL,
    category TEXT NOT NULL,
    subtype TEXT NOT NULL,
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (version_id, n)
);
