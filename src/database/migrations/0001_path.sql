-- The path from a page to an alert. Plain SQL for SQLite and PostgreSQL.
-- Times are microseconds since 1970 in UTC; money is text; JSON is text; identifiers are made by the program.

-- Settings of the instance itself: archive position, index checkpoint, counters, revisions.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row per execution of crawl or import.
CREATE TABLE run (
    id BIGINT PRIMARY KEY,
    command TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    summary TEXT
);

-- Who read, exported, changed what, when, and why. Never rebuilt.
CREATE TABLE audit (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    case_reference TEXT,
    purpose TEXT
);

-- Frontier ---------------------------------------------------------------------------------------------------------------

-- The unit of politeness: a host name without port. next_at outlives a killed process.
CREATE TABLE host (
    name TEXT PRIMARY KEY,
    next_at BIGINT NOT NULL,
    spacing BIGINT NOT NULL,
    snoozed_until BIGINT NOT NULL,
    latency BIGINT NOT NULL
);

-- robots.txt as last read, per scheme, host and port.
CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    fetched_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL
);

-- Every address that a source ever named within its scope, and when it is due.
-- address is the canonical form, by which it is known; link is how it was written first, and is what is fetched.
-- state: queued, refused (robots, traps, budget of addresses), gone. An address is never forgotten, so never taken for new again.
CREATE TABLE url (
    id BIGINT PRIMARY KEY,
    source TEXT NOT NULL,
    host TEXT NOT NULL,
    address TEXT NOT NULL,
    link TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    priority BIGINT NOT NULL,
    depth BIGINT NOT NULL,
    hops BIGINT NOT NULL,
    reason TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    retry_run BIGINT NOT NULL,
    last_visit BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    page_kind TEXT NOT NULL,
    payload_digest TEXT NOT NULL,
    capture_id TEXT NOT NULL,
    etag TEXT NOT NULL,
    modified TEXT NOT NULL,
    UNIQUE (source, address)
);
CREATE INDEX url_by_host ON url (host, state, priority, due_at);
CREATE INDEX url_by_due ON url (state, due_at);

-- Address patterns (digits folded; id is source and shape): how many addresses there are of each, and how many of their pages in a row
-- held nothing. Both bound traps.
CREATE TABLE pattern (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    shape TEXT NOT NULL,
    known BIGINT NOT NULL,
    barren BIGINT NOT NULL
);

-- What a source used up today, whether it is paused and why, and its cookies.
CREATE TABLE source_state (
    source TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    pages BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    urls BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    swept_at BIGINT NOT NULL,
    cookies TEXT NOT NULL
);

-- Evidence -----------------------------------------------------------------------------------------------------------------

-- One row per fetch or imported row, pointing into the archive. Never rebuilt from facts; rebuilt from the archive after a crash.
-- refers_to names the capture that holds the body when this one is a revisit.
CREATE TABLE capture (
    id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    captured_at BIGINT NOT NULL,
    run BIGINT NOT NULL,
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status BIGINT NOT NULL,
    segment TEXT NOT NULL,
    position BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    payload_digest TEXT NOT NULL,
    refers_to TEXT,
    mapping TEXT,
    page_kind TEXT NOT NULL
);
CREATE INDEX capture_by_address ON capture (source, address);

-- Sources that no file configures, made by an import, with their type.
CREATE TABLE import_source (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL
);

-- Mapping files of imports, by digest, so that imported rows can be read again.
CREATE TABLE mapping (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL
);

-- Derived facts: can be deleted and built again from the captures -----------------------------------------------------------

-- own_page: 1 once the listing's own page was read; cards then only add sightings. seq orders changes for the index.
CREATE TABLE listing (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    listing_key TEXT NOT NULL,
    address TEXT NOT NULL,
    version_id TEXT NOT NULL,
    own_page BIGINT NOT NULL,
    n_versions BIGINT NOT NULL,
    n_sightings BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    gone_at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    UNIQUE (source, listing_key)
);
CREATE INDEX listing_by_seq ON listing (seq);

-- A listing's content at a time. card: read from an index page.
CREATE TABLE version (
    id TEXT PRIMARY KEY,
    listing_id TEXT NOT NULL REFERENCES listing (id),
    n BIGINT NOT NULL,
    card BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    family TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES capture (id),
    record TEXT NOT NULL
);
CREATE INDEX version_by_listing ON version (listing_id, n);

CREATE TABLE sighting (
    listing_id TEXT NOT NULL REFERENCES listing (id),
    capture_id TEXT NOT NULL REFERENCES capture (id),
    seen_at BIGINT NOT NULL,
    version_id TEXT NOT NULL,
    PRIMARY KEY (listing_id, capture_id)
);

CREATE TABLE vendor (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES capture (id),
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    record TEXT NOT NULL
);

-- Addresses, keys and contacts, per capture, whole page; those of a listing also stand in its version's record.
CREATE TABLE indicator (
    capture_id TEXT NOT NULL REFERENCES capture (id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    asset TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (capture_id, kind, value)
);
CREATE INDEX indicator_by_value ON indicator (value);

CREATE TABLE problem (
    capture_id TEXT NOT NULL REFERENCES capture (id),
    n BIGINT NOT NULL,
    field TEXT NOT NULL,
    place TEXT NOT NULL,
    found TEXT NOT NULL,
    PRIMARY KEY (capture_id, n)
);

-- Watches and alerts: never rebuilt --------------------------------------------------------------------------------------------

CREATE TABLE watch (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A match of a watch and a listing version. Without foreign keys to derived facts: those may be built again, with the same ids.
-- covered_by: the alert whose notification this one was folded into.
CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE,
    watch TEXT NOT NULL,
    listing_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    capture_id TEXT NOT NULL,
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    n BIGINT NOT NULL,
    vendor TEXT NOT NULL,
    family TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    covered_by TEXT,
    state TEXT NOT NULL
);
CREATE INDEX alert_by_watch ON alert (watch, listing_id);
CREATE INDEX alert_by_family ON alert (watch, family, vendor, source);
