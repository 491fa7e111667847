-- The reading log takes rows and gives none back, on SQLite. Rows up to a checkpoint may go; a row without a hash may get one.

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
WHEN OLD.hash <> '' OR NEW.hash = '' OR OLD.id <> NEW.id OR OLD.at <> NEW.at OR OLD.actor <> NEW.actor OR OLD.origin <> NEW.origin
    OR OLD.action <> NEW.action OR OLD.subject <> NEW.subject OR OLD.case_reference IS NOT NEW.case_reference
    OR OLD.purpose IS NOT NEW.purpose OR OLD.recipient IS NOT NEW.recipient
BEGIN
    SELECT RAISE(ABORT, 'the reading log is append-only');
END;

CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
WHEN OLD.id > COALESCE((SELECT MAX(through) FROM audit_checkpoint), 0)
BEGIN
    SELECT RAISE(ABORT, 'the reading log is append-only');
END;

CREATE TRIGGER audit_checkpoint_fits BEFORE INSERT ON audit_checkpoint
WHEN NOT EXISTS (SELECT 1 FROM audit WHERE id = NEW.through AND hash = NEW.hash AND hash <> '')
BEGIN
    SELECT RAISE(ABORT, 'a checkpoint stands for a row of the reading log');
END;

CREATE TRIGGER audit_checkpoint_is_not_changed BEFORE UPDATE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'checkpoints of the reading log stay');
END;

CREATE TRIGGER audit_checkpoint_is_not_removed BEFORE DELETE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'checkpoints of the reading log stay');
END;

CREATE TRIGGER audit_review_is_not_changed BEFORE UPDATE ON audit_review
BEGIN
    SELECT RAISE(ABORT, 'findings about the reading log stay');
END;

CREATE TRIGGER audit_review_is_not_removed BEFORE DELETE ON audit_review
WHEN OLD.audit_id > COALESCE((SELECT MAX(through) FROM audit_checkpoint), 0)
BEGIN
    SELECT RAISE(ABORT, 'findings about the reading log stay');
END;
