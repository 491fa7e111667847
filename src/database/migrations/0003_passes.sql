-- What is needed to say how each source stands. Plain SQL for SQLite and PostgreSQL.

-- What a run did for one source, up to its end or, in a long run, to the end of a day: later passes are compared with it.
-- whole: every page was to be visited; cut: it ended before nothing was due. fields and missed are JSON.
CREATE TABLE pass (
    source TEXT NOT NULL,
    run BIGINT NOT NULL,
    since BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    listings BIGINT NOT NULL,
    whole BIGINT NOT NULL,
    cut BIGINT NOT NULL,
    fields TEXT NOT NULL,
    missed TEXT NOT NULL,
    PRIMARY KEY (source, run, since)
);

-- The last good answer of a source, and the last failure with its outcome.
ALTER TABLE source_state ADD COLUMN last_success BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN last_failure BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN failure TEXT NOT NULL DEFAULT '';
UPDATE source_state SET last_success = COALESCE(
    (SELECT MAX(captured_at) FROM capture WHERE capture.source = source_state.source AND outcome IN ('ok', 'not_modified', 'redirected')), 0);
