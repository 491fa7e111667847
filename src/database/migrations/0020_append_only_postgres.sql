-- The reading log takes rows and gives none back, on PostgreSQL. Rows up to a checkpoint may go; a row without a hash may get one.

CREATE FUNCTION vigie_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the reading log is append-only (%)', TG_TABLE_NAME;
END;
$$;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit FOR EACH ROW
WHEN (OLD.hash <> '' OR NEW.hash = '' OR OLD.id <> NEW.id OR OLD.at <> NEW.at OR OLD.actor <> NEW.actor OR OLD.origin <> NEW.origin
    OR OLD.action <> NEW.action OR OLD.subject <> NEW.subject OR OLD.case_reference IS DISTINCT FROM NEW.case_reference
    OR OLD.purpose IS DISTINCT FROM NEW.purpose OR OLD.recipient IS DISTINCT FROM NEW.recipient)
EXECUTE FUNCTION vigie_refuse();

CREATE FUNCTION vigie_keep_behind_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number BIGINT;
BEGIN
    number := CASE TG_TABLE_NAME WHEN 'audit_review' THEN (to_jsonb(OLD) ->> 'audit_id') ELSE (to_jsonb(OLD) ->> 'id') END;
    IF number > COALESCE((SELECT MAX(through) FROM audit_checkpoint), 0) THEN
        RAISE EXCEPTION 'the reading log is append-only (%)', TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END;
$$;

CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION vigie_keep_behind_checkpoint();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION vigie_refuse();

CREATE FUNCTION vigie_checkpoint_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit WHERE id = NEW.through AND hash = NEW.hash AND hash <> '') THEN
        RAISE EXCEPTION 'a checkpoint stands for a row of the reading log';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER audit_checkpoint_fits BEFORE INSERT ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION vigie_checkpoint_fits();
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION vigie_refuse();
CREATE TRIGGER audit_checkpoint_is_not_emptied BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION vigie_refuse();
CREATE TRIGGER audit_review_is_not_changed BEFORE UPDATE ON audit_review FOR EACH ROW EXECUTE FUNCTION vigie_refuse();
CREATE TRIGGER audit_review_is_not_removed BEFORE DELETE ON audit_review FOR EACH ROW EXECUTE FUNCTION vigie_keep_behind_checkpoint();
CREATE TRIGGER audit_review_is_not_emptied BEFORE TRUNCATE ON audit_review FOR EACH STATEMENT EXECUTE FUNCTION vigie_refuse();
