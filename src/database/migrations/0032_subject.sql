-- What people say of those whom seller accounts are about. Plain SQL for SQLite and PostgreSQL. Never rebuilt. Times are microseconds.

-- Every statement is kept; of an account and a field the last one counts. field: category, basis, evaluation, restricted (yes, no), or what
-- was corrected: name, contact, place, goods, other.
CREATE TABLE subject_statement (
    vendor_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, n)
);

-- Accounts whose use is restricted now, as the index names them: what follows from the statements, for those who only look.
CREATE TABLE restriction (
    vendor_id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    since BIGINT NOT NULL
);

-- Which recipients of an export were told that something of an account was corrected, restricted or erased.
CREATE TABLE subject_notice (
    vendor_id TEXT NOT NULL,
    export_id BIGINT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, export_id)
);
