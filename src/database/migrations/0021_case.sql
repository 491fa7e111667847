-- Cases, and what exports handed over. Plain SQL for SQLite and PostgreSQL. Never rebuilt. Times are microseconds.

-- closed_at: 0 while the case is open.
CREATE TABLE case_file (
    reference TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    note TEXT NOT NULL
);

-- What lies in a case, by its identity. Without foreign keys to derived facts: those may be built again, with the same ids.
CREATE TABLE case_item (
    case_reference TEXT NOT NULL REFERENCES case_file (reference),
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    added_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (case_reference, kind, reference)
);
CREATE INDEX case_item_by_reference ON case_item (reference, kind);

-- What people wrote down in a case, in its order; only ever appended to.
CREATE TABLE case_note (
    case_reference TEXT NOT NULL REFERENCES case_file (reference),
    n BIGINT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (case_reference, n)
);

-- What was exported. id: number of its row in the reading log, and its number here. ended_at: 0 where it was begun and is not known to have ended.
CREATE TABLE export (
    id BIGINT PRIMARY KEY,
    format TEXT NOT NULL,
    recipient TEXT NOT NULL,
    actor TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    rows_written BIGINT NOT NULL
);

-- The listings that an export names, in the order of their ids, many in a row: ids of 32 digits one behind the other, from first_id to last_id.
CREATE TABLE export_part (
    export_id BIGINT NOT NULL REFERENCES export (id),
    n BIGINT NOT NULL,
    first_id TEXT NOT NULL,
    last_id TEXT NOT NULL,
    ids TEXT NOT NULL,
    PRIMARY KEY (export_id, n)
);
