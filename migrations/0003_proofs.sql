-- What is waiting for a proof, the one-time proofs themselves, and the count of guesses.

-- A Clio login whose e-mail is that of an existing account: nothing is bound until it is proved.
CREATE TABLE link_requests (
    id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    browser_hash bytea       NOT NULL,
    -- The account that the e-mail located.
    account_id   uuid        NOT NULL,
    issuer       text        COLLATE "C" NOT NULL,
    subject      text        COLLATE "C" NOT NULL,
    email        text        NOT NULL,
    first_name   text        NOT NULL DEFAULT '',
    last_name    text        NOT NULL DEFAULT '',
    return_to    text,
    created_at   timestamptz NOT NULL,
    tries_left   smallint    NOT NULL DEFAULT 5,
    -- Set when it was used, cancelled or replaced: a request is decided once.
    closed_at    timestamptz,
    CONSTRAINT link_requests_pkey PRIMARY KEY (id),
    CONSTRAINT link_requests_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT link_requests_tries CHECK (tries_left BETWEEN 0 AND 5)
);

-- A browser has one pending link; a new one replaces it.
CREATE UNIQUE INDEX link_requests_browser_key
    ON link_requests (browser_hash)
    WHERE closed_at IS NULL;

CREATE INDEX link_requests_created_idx
    ON link_requests (created_at);

-- Six digits mailed to an account's mailbox. One alive per account and purpose.
CREATE TABLE mail_codes (
    account_id uuid        NOT NULL,
    purpose    text        NOT NULL,
    -- The mailbox the code went to: another e-mail on the account makes the code worthless.
    email      text        NOT NULL,
    code_hash  bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    tries_left smallint    NOT NULL DEFAULT 5,
    CONSTRAINT mail_codes_pkey PRIMARY KEY (account_id, purpose),
    CONSTRAINT mail_codes_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT mail_codes_purpose CHECK (purpose IN ('admission')),
    CONSTRAINT mail_codes_tries CHECK (tries_left BETWEEN 0 AND 5)
);

-- One-time links that administrators hand over, to claim an invited account.
CREATE TABLE claims (
    token_hash bytea       NOT NULL,
    account_id uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    CONSTRAINT claims_pkey PRIMARY KEY (token_hash),
    CONSTRAINT claims_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);

CREATE INDEX claims_account_idx
    ON claims (account_id);

-- Guesses at passwords and codes, counted by all nodes together in fixed windows.
CREATE UNLOGGED TABLE guesses (
    bucket       text        NOT NULL,
    window_start timestamptz NOT NULL,
    count        integer     NOT NULL,
    CONSTRAINT guesses_pkey PRIMARY KEY (bucket, window_start)
);
