-- Who works on which alert. Plain SQL for SQLite and PostgreSQL. Never rebuilt.

-- assignee: name of the user who has it now; empty for nobody.
ALTER TABLE alert ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
CREATE INDEX alert_of_assignee ON alert (assignee, seq) WHERE assignee <> '';

-- To whom alerts were given: every step is kept, the last one stands in the alert. n counts the steps of an alert; at is in microseconds.
CREATE TABLE assignment (
    alert_id TEXT NOT NULL REFERENCES alert (id),
    n BIGINT NOT NULL,
    assignee TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (alert_id, n)
);

-- What the inbox shows: one row for each notification, without what others tell of. The same words stand in src/store/inbox.rs.
CREATE INDEX alert_told ON alert (watch, seq) WHERE covered_by IS NULL AND gathered_by IS NULL AND held = '';
