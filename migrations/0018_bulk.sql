-- One decision about many links or accounts: what it is about, how far it has got, what became of each.

CREATE TABLE bulk_acts (
    id               uuid         NOT NULL DEFAULT gen_random_uuid(),
    deed             text         NOT NULL,
    actor_account_id uuid         NOT NULL,
    -- The filter of the list that "all that match" stood for; NULL where rows were ticked.
    filter           varchar(4000),
    -- The act that this one undoes.
    undoes           uuid,
    -- Why, in the administrator's own words.
    reason           varchar(500),
    -- Until when accounts are suspended.
    until            timestamptz,
    created_at       timestamptz  NOT NULL,
    -- How far the list has been gone through, in the list's own words; a restart goes on there.
    gathered_to      varchar(2000),
    -- When all that it is about was gathered: from then on it shows what would happen.
    gathered_at      timestamptz,
    -- When the administrator said yes: from then on it is carried out.
    confirmed_at     timestamptz,
    finished_at      timestamptz,
    -- Why it ended before its end.
    stopped          text,
    CONSTRAINT bulk_acts_pkey PRIMARY KEY (id),
    CONSTRAINT bulk_acts_actor_fkey FOREIGN KEY (actor_account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT bulk_acts_undoes_fkey FOREIGN KEY (undoes) REFERENCES bulk_acts (id) ON DELETE CASCADE,
    CONSTRAINT bulk_acts_words CHECK (
        deed IN ('review', 'approve', 'reject', 'suspend', 'reactivate', 'unlink', 'end_sessions', 'undo')
        AND (deed = 'undo') = (undoes IS NOT NULL)
        AND (stopped IS NULL OR (finished_at IS NOT NULL AND stopped IN ('cancelled', 'role', 'expired', 'too_many')))
        AND (confirmed_at IS NULL OR gathered_at IS NOT NULL)
    )
);

-- An act is undone once. An undo that was given up makes room for another.
CREATE UNIQUE INDEX bulk_acts_undoes_key
    ON bulk_acts (undoes)
    WHERE undoes IS NOT NULL AND stopped IS NULL;

CREATE INDEX bulk_acts_created_idx
    ON bulk_acts (created_at);

CREATE TABLE bulk_items (
    bulk_id     uuid        NOT NULL,
    -- The order in which they are done, from 1.
    place       integer     NOT NULL,
    account_id  uuid        NOT NULL,
    identity_id uuid,
    -- The event that is undone.
    undo_of     bigint,
    state       text        NOT NULL DEFAULT 'waiting',
    -- Why it is, or would be, skipped.
    why         text,
    -- What it left in the record.
    event_id    bigint,
    settled_at  timestamptz,
    CONSTRAINT bulk_items_pkey PRIMARY KEY (bulk_id, place),
    CONSTRAINT bulk_items_bulk_fkey FOREIGN KEY (bulk_id) REFERENCES bulk_acts (id) ON DELETE CASCADE,
    CONSTRAINT bulk_items_words CHECK (
        state IN ('waiting', 'done', 'skipped')
        AND (state = 'waiting') = (settled_at IS NULL)
        AND (state <> 'skipped' OR why IS NOT NULL)
    )
);

-- Nothing stands twice in one act: a link once, and an account once where the act is about accounts.
CREATE UNIQUE INDEX bulk_items_link_key
    ON bulk_items (bulk_id, identity_id)
    WHERE identity_id IS NOT NULL;

CREATE UNIQUE INDEX bulk_items_account_key
    ON bulk_items (bulk_id, account_id)
    WHERE identity_id IS NULL AND undo_of IS NULL;

-- The next to be done.
CREATE INDEX bulk_items_state_idx
    ON bulk_items (bulk_id, state, place);
