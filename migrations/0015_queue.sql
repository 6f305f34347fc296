-- The queue of what waits for an administrator: who may be the same person, who decided, what more was
-- asked for, and who has been told.

ALTER TABLE cases
    -- Who decided; NULL on the command line, and where it settled itself. Why, is in desk_notes.
    ADD COLUMN decided_by uuid;

-- For the queue alone: every other question about a pending account must be worded so that it doesn't
-- imply the predicate (see `accounts::awaits`).
CREATE INDEX accounts_waiting_idx
    ON accounts (status_changed_at, id)
    WHERE status = 'pending';

CREATE INDEX accounts_administrators_idx
    ON accounts (role)
    WHERE role IN ('admin', 'owner');

-- A name as it is compared: without case, accents and other marks.
CREATE FUNCTION fold_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]+', '', 'g'))
$$;

CREATE INDEX accounts_folded_name_idx
    ON accounts (fold_name(last_name || ' ' || first_name));

CREATE INDEX accounts_local_part_idx
    ON accounts (split_part(lower(email COLLATE "C"), '@', 1));

CREATE INDEX identities_email_idx
    ON identities (lower(email COLLATE "C"));

-- More proof that an administrator asked for. One per item of the queue: asked again, it is the newest.
CREATE TABLE proof_requests (
    -- The id of the account that waits, or of the case.
    item_id     uuid         NOT NULL,
    -- Whose proof it is.
    account_id  uuid         NOT NULL,
    case_id     uuid,
    asked_by    uuid         NOT NULL,
    asked_at    timestamptz  NOT NULL,
    -- What the person reads.
    note        varchar(500) NOT NULL DEFAULT '',
    CONSTRAINT proof_requests_pkey PRIMARY KEY (item_id),
    CONSTRAINT proof_requests_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT proof_requests_case_fkey FOREIGN KEY (case_id) REFERENCES cases (id) ON DELETE CASCADE,
    CONSTRAINT proof_requests_item CHECK (item_id = coalesce(case_id, account_id))
);

CREATE INDEX proof_requests_account_idx
    ON proof_requests (account_id);

CREATE INDEX proof_requests_case_idx
    ON proof_requests (case_id);

-- Several decisions made in one go, and what became of each.
CREATE TABLE queue_batches (
    id         uuid        NOT NULL,
    actor_id   uuid        NOT NULL,
    act        text        NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT queue_batches_pkey PRIMARY KEY (id),
    CONSTRAINT queue_batches_act CHECK (act IN ('approve', 'decline', 'ask'))
);

CREATE INDEX queue_batches_created_idx
    ON queue_batches (created_at);

CREATE TABLE queue_batch_items (
    batch_id uuid     NOT NULL,
    position smallint NOT NULL,
    -- As it stands in the queue's URLs.
    item     text     NOT NULL,
    -- 'done', or why it wasn't; NULL until it was its turn. Written together with what it tells.
    outcome  varchar(40),
    CONSTRAINT queue_batch_items_pkey PRIMARY KEY (batch_id, position),
    CONSTRAINT queue_batch_items_batch_fkey FOREIGN KEY (batch_id) REFERENCES queue_batches (id) ON DELETE CASCADE
);

-- Up to which moment each administrator has been told what waits, and when that was.
CREATE TABLE queue_digests (
    account_id   uuid        NOT NULL,
    told_through timestamptz NOT NULL,
    sent_at      timestamptz NOT NULL,
    CONSTRAINT queue_digests_pkey PRIMARY KEY (account_id),
    CONSTRAINT queue_digests_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
