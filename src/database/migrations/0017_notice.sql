-- What watches fire on, when notifications go out, and what people make of them. Plain SQL for SQLite and PostgreSQL. Never rebuilt.

-- Options of a watch, as JSON; see config::watch::Options.
ALTER TABLE watch ADD COLUMN options TEXT NOT NULL DEFAULT '{}';

-- event: codes of what happened, separated by spaces. changes: what a changed listing says otherwise, as JSON. details: 1 where notifications
-- may carry what the listing says. held: why nothing is notified; empty where something is or was. due_at: when the notification goes out,
-- 0 where none does. notice: order of going out, 0 before. gathered_by: the alert whose notification tells of this one too.
ALTER TABLE alert ADD COLUMN event TEXT NOT NULL DEFAULT 'new';
ALTER TABLE alert ADD COLUMN changes TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal';
ALTER TABLE alert ADD COLUMN tlp TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN case_ref TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN details BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN notice BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN gathered_by TEXT;
UPDATE alert SET notice = seq, due_at = created_at WHERE covered_by IS NULL;
UPDATE alert SET event = 'changed' WHERE n > 1;
-- Notifications are counted on from here, whatever alerts came without one.
UPDATE meta SET value = CAST((SELECT COALESCE(MAX(notice), 0) FROM alert) AS TEXT)
WHERE (name = 'delivered_jsonl' OR name LIKE 'delivered_channel %') AND CAST(value AS BIGINT) > (SELECT COALESCE(MAX(notice), 0) FROM alert);
CREATE UNIQUE INDEX alert_by_notice ON alert (notice) WHERE notice > 0;
CREATE INDEX alert_waiting ON alert (due_at) WHERE notice = 0 AND due_at > 0;
CREATE INDEX alert_below_threshold ON alert (watch, created_at) WHERE held = 'threshold';
CREATE INDEX alert_gathered ON alert (gathered_by) WHERE gathered_by IS NOT NULL;

-- What people said of alerts: every step is kept, the last one is the state of the alert. n counts the steps of an alert.
CREATE TABLE triage (
    alert_id TEXT NOT NULL REFERENCES alert (id),
    n BIGINT NOT NULL,
    state TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (alert_id, n)
);
UPDATE alert SET state = 'in_work' WHERE state = 'relevant';
UPDATE alert SET state = 'closed_false' WHERE state = 'dismissed';
UPDATE alert SET state = 'closed_true' WHERE state = 'done';

-- failing_since: since when a source gave nothing but failures, 0 where its last answer was good. down: 1 where it counts as down.
ALTER TABLE source_state ADD COLUMN failing_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN down BIGINT NOT NULL DEFAULT 0;
