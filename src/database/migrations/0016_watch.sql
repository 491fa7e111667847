-- Which revision of the watches changed a watch last, so that a running writer reads only what changed since it looked.
ALTER TABLE watch ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX watch_changed ON watch (changed);

-- Watches that were removed.
CREATE TABLE watch_gone (
    id BIGINT PRIMARY KEY,
    changed BIGINT NOT NULL
);
CREATE INDEX watch_gone_changed ON watch_gone (changed);
