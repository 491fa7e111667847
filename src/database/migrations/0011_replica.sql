-- Replicas: sources whose site is a copy of another's. Plain SQL for SQLite and PostgreSQL.

-- What a listing shares with its copy on another site: digest of key, title and vendor in its version in force. Empty for imported
-- rows without an address, and for facts written before this column: `vigie reextract` fills it.
ALTER TABLE listing ADD COLUMN twin TEXT NOT NULL DEFAULT '';
CREATE INDEX listing_by_twin ON listing (twin);

-- How many listings two sources have in common, as last compared; both ways round.
CREATE TABLE catalogue_shared (
    source TEXT NOT NULL,
    other TEXT NOT NULL,
    shared BIGINT NOT NULL,
    PRIMARY KEY (source, other)
);
