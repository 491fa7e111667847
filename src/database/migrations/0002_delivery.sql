-- What is sent through channels beside the file. Plain SQL for SQLite and PostgreSQL. Never rebuilt.

-- A notification on its way through a channel. state: due, sent, dead (refused, or failed too often; a person can send it again).
-- due_at: not tried before; changed_at: when the last try ended, 0 before the first; note: what came of it.
CREATE TABLE delivery (
    channel TEXT NOT NULL,
    alert_id TEXT NOT NULL REFERENCES alert (id),
    seq BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (channel, alert_id)
);
CREATE INDEX delivery_by_state ON delivery (state, channel, seq);
