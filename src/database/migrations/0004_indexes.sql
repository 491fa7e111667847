-- Indexes for many rows. Plain SQL for SQLite and PostgreSQL.

-- The queue of a source at a host, in the order in which it is taken: what is not due is never looked at. Addresses that are refused or gone
-- are not in it.
DROP INDEX url_by_host;
CREATE INDEX url_by_host ON url (source, host, priority, due_at, id) WHERE state = 'queued';

-- How long the queue of a source is, and when it goes on.
DROP INDEX url_by_due;
CREATE INDEX url_by_due ON url (source, state, due_at);

-- Texts of any length do not fit into an index of PostgreSQL; the first 400 characters do.
DROP INDEX capture_by_address;
CREATE INDEX capture_by_address ON capture (source, substr(address, 1, 400));
DROP INDEX indicator_by_value;
CREATE INDEX indicator_by_value ON indicator (substr(value, 1, 400));

-- Alerts are asked for by listing or by family, over all watches.
DROP INDEX alert_by_watch;
CREATE INDEX alert_by_listing ON alert (listing_id);
DROP INDEX alert_by_family;
CREATE INDEX alert_by_family ON alert (family);
