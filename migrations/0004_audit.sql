-- What happened, written in the transaction of the change itself; and the chain over it.

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
    CONSTRAINT audit_events_pkey PRIMARY KEY (id)
);

CREATE INDEX audit_events_written_by_idx
    ON audit_events (written_by);

CREATE INDEX audit_events_account_idx
    ON audit_events (account_id, id)
    WHERE account_id IS NOT NULL;

CREATE INDEX audit_events_reference_idx
    ON audit_events (reference)
    WHERE reference IS NOT NULL;

-- Each event's place in the chain: hash = HMAC-SHA-256(previous hash, event) with a key derived from
-- SECRET_KEY, so that who can write here can't compute it. Written behind the writers, in batches, by
-- one node at a time.
CREATE TABLE audit_chain (
    position  bigint      NOT NULL,
    event_id  bigint      NOT NULL,
    hash      bytea       NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT audit_chain_pkey PRIMARY KEY (position),
    CONSTRAINT audit_chain_event_key UNIQUE (event_id),
    CONSTRAINT audit_chain_shape CHECK (position > 0 AND octet_length(hash) = 32)
);

-- The end of the chain, signed, so that a cut-off tail is found.
CREATE TABLE audit_head (
    only_row  boolean     NOT NULL DEFAULT true,
    position  bigint      NOT NULL,
    hash      bytea       NOT NULL,
    -- HMAC-SHA-256 over position and hash with a key derived from SECRET_KEY.
    signature bytea       NOT NULL,
    sealed_at timestamptz NOT NULL,
    -- Every event of an earlier transaction is in the chain. For the sealer's speed only: what is in
    -- the chain is told by the chain.
    sealed_before xid8    NOT NULL DEFAULT '0',
    CONSTRAINT audit_head_pkey PRIMARY KEY (only_row),
    CONSTRAINT audit_head_one_row CHECK (only_row)
);

-- There is an end from the start on, before the first event and unsigned: an end that is missing has
-- been removed.
INSERT INTO audit_head (position, hash, signature, sealed_at)
VALUES (0, '', '', now());

CREATE FUNCTION refuse_change_of_audit() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER audit_events_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

CREATE TRIGGER audit_chain_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

REVOKE UPDATE, DELETE, TRUNCATE ON audit_events, audit_chain FROM CURRENT_USER;
