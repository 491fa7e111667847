-- Families of copies, derived from the captures in their order. Plain SQL for SQLite and PostgreSQL.

-- n: order of opening. id: the digest of the first listing. sketch: what copies are told by, JSON.
CREATE TABLE family (
    n BIGINT PRIMARY KEY,
    id TEXT NOT NULL,
    sketch TEXT NOT NULL
);

-- Numbers of which copies share at least one. families: their n, parted by spaces, or * once there are too many to tell anything.
CREATE TABLE family_band (
    band BIGINT PRIMARY KEY,
    families TEXT NOT NULL
);

-- The family of a listing that says the same.
CREATE TABLE family_exact (
    digest TEXT PRIMARY KEY,
    family TEXT NOT NULL
);

-- Sentences that a seller, or a source that names none, writes under goods of all kinds.
CREATE TABLE family_template (
    writer TEXT PRIMARY KEY,
    sentences TEXT NOT NULL
);

-- What the listing told of model, calibre, serial and part of a split thing, JSON: a copy that tells another one is notified. Empty for
-- alerts raised before this column.
ALTER TABLE alert ADD COLUMN goods TEXT NOT NULL DEFAULT '';
