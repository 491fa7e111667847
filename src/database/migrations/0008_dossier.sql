-- What dossiers ask for. Plain SQL for SQLite and PostgreSQL.

-- The account that sells a listing, as its version in force names it; empty where none is named, and for facts written before this column:
-- `vigie reextract` fills it.
ALTER TABLE listing ADD COLUMN vendor_id TEXT NOT NULL DEFAULT '';
CREATE INDEX listing_by_vendor ON listing (vendor_id);

-- Labels are never rebuilt, versions are: a label names its version without holding it.
CREATE TABLE label_kept (
    version_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    category TEXT NOT NULL,
    subtype TEXT NOT NULL,
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (version_id, n)
);
INSERT INTO label_kept SELECT version_id, n, category, subtype, note, author, at FROM label;
DROP TABLE label;
ALTER TABLE label_kept RENAME TO label;
