-- What a million listings need: little that is written at random places. Plain SQL for SQLite and PostgreSQL.

-- A band is 31 bits, so that SQLite takes it for the place of its row: an index of its own would be one more random place.
CREATE TABLE family_band_narrow (
    band INTEGER PRIMARY KEY,
    families TEXT NOT NULL
);
INSERT INTO family_band_narrow (band, families)
SELECT CAST(band & 2147483647 AS INTEGER), families FROM family_band WHERE band IS NOT NULL ON CONFLICT (band) DO NOTHING;
DROP TABLE family_band;
ALTER TABLE family_band_narrow RENAME TO family_band;

-- Twins are compared from this index alone; imported rows without an address have none.
DROP INDEX listing_by_twin;
CREATE INDEX listing_by_twin ON listing (twin, source) WHERE twin <> '';

-- How many listings a source got since its catalogue was compared with the others, and how many it had then.
CREATE TABLE catalogue_growth (
    source TEXT PRIMARY KEY,
    since BIGINT NOT NULL,
    before BIGINT NOT NULL
);
INSERT INTO catalogue_growth (source, since, before) SELECT source, 0, COUNT(*) FROM listing GROUP BY source;
