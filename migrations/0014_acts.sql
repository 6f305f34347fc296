-- What administrators' acts leave behind: the end of a suspension, their words, and what was undone.

ALTER TABLE accounts
    -- When a suspended account opens again by itself; NULL when somebody has to open it.
    ADD COLUMN suspended_until timestamptz;

-- For the sweeper only. No other question implies its predicate.
CREATE INDEX accounts_suspended_until_idx
    ON accounts (suspended_until)
    WHERE suspended_until IS NOT NULL;

-- Whatever opens an account, also an earlier release or SQL by hand, ends the term of its suspension:
-- a later suspension mustn't end by an earlier one's.
CREATE FUNCTION end_suspension_term() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'suspended' THEN
        NEW.suspended_until := NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER accounts_end_suspension_term
    BEFORE UPDATE OF status ON accounts
    FOR EACH ROW
    WHEN (OLD.suspended_until IS NOT NULL OR NEW.suspended_until IS NOT NULL)
    EXECUTE FUNCTION end_suspension_term();

-- Why somebody did something, and what they want others at the desk to know. In their own words, which
-- may name people: so it stands here and not in the audit, and goes with the account.
CREATE TABLE desk_notes (
    id                uuid         NOT NULL DEFAULT gen_random_uuid(),
    -- The event of the audit that it belongs to.
    event_id          bigint       NOT NULL,
    account_id        uuid         NOT NULL,
    -- The link that it is about, where it is about one.
    identity_id       uuid,
    author_account_id uuid,
    kind              text         NOT NULL,
    text              varchar(2000) NOT NULL,
    created_at        timestamptz  NOT NULL,
    CONSTRAINT desk_notes_pkey PRIMARY KEY (id),
    CONSTRAINT desk_notes_event_key UNIQUE (event_id),
    CONSTRAINT desk_notes_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT desk_notes_words CHECK (kind IN ('note', 'reason') AND text <> '')
);

CREATE INDEX desk_notes_account_idx
    ON desk_notes (account_id);

-- Which event undid which: the key lets each be undone once.
CREATE TABLE desk_undone (
    event_id  bigint      NOT NULL,
    undone_by bigint      NOT NULL,
    at        timestamptz NOT NULL,
    CONSTRAINT desk_undone_pkey PRIMARY KEY (event_id),
    CONSTRAINT desk_undone_by_key UNIQUE (undone_by)
);

-- The record of one link.
CREATE INDEX audit_events_identity_idx
    ON audit_events (identity_id, at, id)
    WHERE identity_id IS NOT NULL;
