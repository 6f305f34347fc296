-- The audit by month: ten years of events stay quick to read, and a month can be put away whole.

-- Nobody writes here until this is done; who tries waits.
ALTER TABLE audit_events RENAME TO audit_events_before;
ALTER TABLE audit_events_before RENAME CONSTRAINT audit_events_pkey TO audit_events_before_pkey;
ALTER SEQUENCE audit_events_id_seq RENAME TO audit_events_before_id_seq;
DROP INDEX audit_events_written_by_idx;
DROP INDEX audit_events_account_idx;
DROP INDEX audit_events_reference_idx;

CREATE TABLE audit_events (
    id               bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    at               timestamptz NOT NULL DEFAULT now(),
    action           varchar(60) NOT NULL,
    -- Who did it; NULL when nobody is known, or the operator did it on the command line.
    actor_account_id uuid,
    -- Whom it is about. No foreign keys: the record outlives what it is about.
    account_id       uuid,
    identity_id      uuid,
    -- What a person reads to an administrator; on refusals and failures.
    reference        text,
    -- Machine-readable, on refusals.
    reason           text,
    -- Further facts without personal data.
    detail           jsonb,
    -- The transaction that wrote it: tells the sealer where to go on.
    written_by       xid8        NOT NULL DEFAULT pg_current_xact_id(),
    -- The number alone can't be unique over all months. It comes from one sequence, and the chain
    -- holds each number once.
    CONSTRAINT audit_events_pkey PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

-- Takes in what has no month of its own, so that recording never fails.
CREATE TABLE audit_events_other PARTITION OF audit_events DEFAULT;

CREATE TRIGGER audit_events_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

-- Triggers and privileges of the whole say nothing to who names a part: each part has its own.
CREATE TRIGGER audit_events_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events_other
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

REVOKE UPDATE, DELETE, TRUNCATE ON audit_events, audit_events_other FROM CURRENT_USER;

-- Makes the partition of a month (in UTC), guarded like the whole, and says whether it did.
--
-- A month of which events have gone to audit_events_other already stays there: they can't be moved
-- without being deleted, and nothing deletes an event.
--
-- The partition is made apart and then attached: that keeps out neither who writes nor who reads,
-- except that all wait for the moment in which audit_events_other is looked through.
CREATE FUNCTION prepare_audit_month(moment timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET timezone = 'UTC'
SET lock_timeout = '1s'
AS $$
DECLARE
    month_begin CONSTANT timestamptz := date_trunc('month', moment);
    month_end   CONSTANT timestamptz := month_begin + interval '1 month';
    partition   CONSTANT text        := 'audit_events_' || to_char(month_begin, 'YYYY_MM');
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- One node makes it; the others find it made.
    PERFORM pg_advisory_xact_lock(hashtextextended('audit_events', 0));
    IF to_regclass(partition) IS NOT NULL
        OR EXISTS (
            SELECT
            FROM audit_events_other
            WHERE at >= month_begin
              AND at < month_end
        )
    THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE audit_events INCLUDING DEFAULTS INCLUDING STORAGE)',
        partition
    );
    EXECUTE format(
        'CREATE TRIGGER audit_events_append_only
             BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()',
        partition
    );
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER', partition);
    EXECUTE format(
        'ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition,
        month_begin,
        month_end
    );
    RETURN true;
END
$$;

-- The months in which something happened, this one and the next two. The program makes those that
-- come later.
SELECT prepare_audit_month(at)
FROM (SELECT DISTINCT date_trunc('month', at, 'UTC') AS at FROM audit_events_before) AS months;

SELECT prepare_audit_month(now() + ahead * interval '1 month')
FROM generate_series(0, 2) AS ahead;

-- All that is sealed stays as it is to the byte, or the chain would not fit any more.
INSERT INTO audit_events
    (id, at, action, actor_account_id, account_id, identity_id, reference, reason, detail, written_by)
OVERRIDING SYSTEM VALUE
SELECT
    id,
    at,
    action,
    actor_account_id,
    account_id,
    identity_id,
    reference,
    reason,
    detail,
    written_by
FROM audit_events_before
ORDER BY id;

-- Numbers go on where they were.
SELECT setval('audit_events_id_seq', last_value, is_called)
FROM audit_events_before_id_seq;

DROP TABLE audit_events_before;

-- The sealer goes on from one event to the next.
CREATE INDEX audit_events_written_by_idx
    ON audit_events (written_by, id);

-- What happened, by time: all of it, to a person, by a person to others, of a kind.
CREATE INDEX audit_events_at_idx
    ON audit_events (at, id);

CREATE INDEX audit_events_account_idx
    ON audit_events (account_id, at, id)
    WHERE account_id IS NOT NULL;

CREATE INDEX audit_events_actor_idx
    ON audit_events (actor_account_id, at, id)
    WHERE actor_account_id IS NOT NULL AND actor_account_id IS DISTINCT FROM account_id;

-- Who decides much does few things of a rare kind.
CREATE INDEX audit_events_actor_action_idx
    ON audit_events (actor_account_id, action, at, id)
    WHERE actor_account_id IS NOT NULL AND actor_account_id IS DISTINCT FROM account_id;

CREATE INDEX audit_events_action_idx
    ON audit_events (action, at, id);

CREATE INDEX audit_events_reference_idx
    ON audit_events (reference)
    WHERE reference IS NOT NULL;

-- A link of the chain names the event by its whole key: a second event with the same number in
-- another month is then not taken for the one that was sealed.
ALTER TABLE audit_chain ADD COLUMN event_at timestamptz;

GRANT UPDATE ON audit_chain TO CURRENT_USER;
ALTER TABLE audit_chain DISABLE TRIGGER audit_chain_append_only;

UPDATE audit_chain
SET event_at = audit_events.at
FROM audit_events
WHERE audit_events.id = audit_chain.event_id;

-- A link whose event is gone is damage that was here before, and stays to be found.
UPDATE audit_chain
SET event_at = sealed_at
WHERE event_at IS NULL;

ALTER TABLE audit_chain ENABLE TRIGGER audit_chain_append_only;
REVOKE UPDATE ON audit_chain FROM CURRENT_USER;
ALTER TABLE audit_chain ALTER COLUMN event_at SET NOT NULL;

-- The previous release seals without saying when the event was.
CREATE FUNCTION fill_in_event_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    SELECT at
    INTO NEW.event_at
    FROM audit_events
    WHERE id = NEW.event_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_chain_event_at
    BEFORE INSERT ON audit_chain
    FOR EACH ROW WHEN (NEW.event_at IS NULL) EXECUTE FUNCTION fill_in_event_at();
