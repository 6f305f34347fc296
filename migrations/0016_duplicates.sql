-- Accounts that may be one person's, found behind the requests, and merges of such accounts.

-- What an account must have in common with another to be compared with it: hashes, not the names and
-- e-mails themselves.
CREATE TABLE duplicate_keys (
    key        bigint      NOT NULL,
    account_id uuid        NOT NULL,
    CONSTRAINT duplicate_keys_pkey PRIMARY KEY (key, account_id),
    CONSTRAINT duplicate_keys_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE INDEX duplicate_keys_account_idx
    ON duplicate_keys (account_id);

-- Keys that too many accounts share to say anything about two of them.
CREATE TABLE duplicate_crowds (
    key        bigint      NOT NULL,
    CONSTRAINT duplicate_crowds_pkey PRIMARY KEY (key)
);

-- What an account was like when it was last compared: only one that has changed is compared again.
CREATE TABLE duplicate_looks (
    account_id uuid        NOT NULL,
    facts      text        NOT NULL,
    CONSTRAINT duplicate_looks_pkey PRIMARY KEY (account_id),
    CONSTRAINT duplicate_looks_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

-- How far the search has come: it goes through all accounts, in the order of their ids, again and again.
CREATE TABLE duplicate_search (
    only_row   boolean     NOT NULL DEFAULT true,
    -- The last account that was looked at.
    after      uuid        NOT NULL,
    -- When everything was last looked through; NULL before the first time.
    ended_at   timestamptz,
    CONSTRAINT duplicate_search_pkey PRIMARY KEY (only_row),
    CONSTRAINT duplicate_search_one_row CHECK (only_row)
);

INSERT INTO duplicate_search (after)
VALUES ('00000000-0000-0000-0000-000000000000');

-- Two accounts that may be one person's.
CREATE TABLE duplicate_candidates (
    a            uuid        NOT NULL,
    b            uuid        NOT NULL,
    score        smallint    NOT NULL,
    -- Why, in fixed words, the strongest first.
    reasons      text[]      NOT NULL,
    found_at     timestamptz NOT NULL,
    -- When an administrator said that they are two people's; NULL while nobody has.
    set_aside_at timestamptz,
    CONSTRAINT duplicate_candidates_pkey PRIMARY KEY (a, b),
    CONSTRAINT duplicate_candidates_a_fkey FOREIGN KEY (a) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT duplicate_candidates_b_fkey FOREIGN KEY (b) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT duplicate_candidates_order CHECK (a < b)
);

CREATE INDEX duplicate_candidates_b_idx
    ON duplicate_candidates (b);

CREATE INDEX duplicate_candidates_open_idx
    ON duplicate_candidates (score, a, b)
    WHERE set_aside_at IS NULL;

CREATE INDEX duplicate_candidates_aside_idx
    ON duplicate_candidates (score, a, b)
    WHERE set_aside_at IS NOT NULL;

-- Merges of one account into another, for as long as they can be undone, and that they were.
CREATE TABLE merges (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    into_account_id uuid        NOT NULL,
    from_account_id uuid        NOT NULL,
    -- The events that recorded it, about the one and about the other.
    into_event_id   bigint      NOT NULL,
    from_event_id   bigint      NOT NULL,
    merged_at       timestamptz NOT NULL,
    -- What it changed, before and after; forgotten once it can't be undone any more: it holds names
    -- and e-mails.
    changed         jsonb,
    undone_at       timestamptz,
    CONSTRAINT merges_pkey PRIMARY KEY (id),
    CONSTRAINT merges_into_event_key UNIQUE (into_event_id),
    CONSTRAINT merges_from_event_key UNIQUE (from_event_id),
    CONSTRAINT merges_into_fkey FOREIGN KEY (into_account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT merges_from_fkey FOREIGN KEY (from_account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT merges_two CHECK (into_account_id <> from_account_id)
);

CREATE INDEX merges_into_idx
    ON merges (into_account_id);

CREATE INDEX merges_from_idx
    ON merges (from_account_id);

CREATE INDEX merges_merged_idx
    ON merges (merged_at);
