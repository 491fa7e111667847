-- How the mirrors of a source are, and what it says of further ones. Plain SQL for SQLite and PostgreSQL.

-- An origin under which a source answers; a source without mirrors has one. down: 1 after failures of the host in a row. since: of up or down,
-- 0 before the first answer. reason: outcome code of the last failure, empty while it answers. latency: smoothed, microseconds. failures: in a
-- row. retry_at: when one that is down is tried again.
CREATE TABLE mirror (
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    down BIGINT NOT NULL,
    since BIGINT NOT NULL,
    reason TEXT NOT NULL,
    latency BIGINT NOT NULL,
    last_success BIGINT NOT NULL,
    last_failure BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    retry_at BIGINT NOT NULL,
    PRIMARY KEY (source, origin)
);

-- Its answers and failures by the hour since 1970, kept for a little more than a week.
CREATE TABLE mirror_hour (
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    hour BIGINT NOT NULL,
    good BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (source, origin, hour)
);

-- An origin that pages name as a further mirror. A person decides; it is never followed. times: captures that show it; capture_id: the latest.
-- signature: empty, or what the best signature over it proved, with its key and time (seconds).
CREATE TABLE proposal (
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    times BIGINT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES capture (id),
    signature TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    PRIMARY KEY (source, origin)
);

-- The text at a path where a source names its mirrors, or its canary, as last seen. signature: also unsigned; signed_at: seconds, 0 without.
CREATE TABLE announcement (
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    signature TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES capture (id),
    PRIMARY KEY (source, path)
);
