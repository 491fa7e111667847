-- Seller accounts that are judged to be one seller. Plain SQL for SQLite and PostgreSQL.

-- Derived: which account shows which indicator. proof: shown, signed_in_part, signed (of keys).
CREATE TABLE account_mark (
    vendor_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    proof TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES capture (id),
    PRIMARY KEY (vendor_id, kind, value)
);
CREATE INDEX account_mark_by_value ON account_mark (value, kind, source, vendor_id);

-- Derived: where a mark stands. Empty for the account's own page, else three digits of the family of the listing.
CREATE TABLE mark_place (
    vendor_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (vendor_id, kind, value, place)
);
CREATE INDEX mark_place_by_value ON mark_place (value, kind, place);

-- Derived: indicators on pages of a source that belong to no seller.
CREATE TABLE site_mark (
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES capture (id),
    PRIMARY KEY (value, kind, source)
);

-- Derived: signed texts on pages of an account. digest is of the words that are signed, host that of the page.
CREATE TABLE signed_text (
    vendor_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    message TEXT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES capture (id),
    PRIMARY KEY (vendor_id, digest)
);
CREATE INDEX signed_text_by_digest ON signed_text (digest);

-- Derived: the persona of each account that is in one.
CREATE TABLE persona_member (
    vendor_id TEXT PRIMARY KEY,
    persona_id TEXT NOT NULL
);
CREATE INDEX persona_member_by_persona ON persona_member (persona_id);

-- What a person decided of two accounts: confirm or refuse; the last decision counts. Never rebuilt. one is the lesser id; at is in microseconds.
CREATE TABLE persona_decision (
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    n BIGINT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (one, other, n)
);
CREATE INDEX persona_decision_by_other ON persona_decision (other);
