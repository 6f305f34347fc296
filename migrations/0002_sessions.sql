-- Sessions, and the sign-in attempts that may become one.

CREATE TABLE sessions (
    id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    -- The first 16 bytes of SHA-256 over the cookie's 32 random bytes: a dump opens nothing.
    key_hash     bytea       NOT NULL,
    account_id   uuid        NOT NULL,
    -- The identity that opened the session; NULL for a way in other than Clio.
    identity_id  uuid,
    created_at   timestamptz NOT NULL DEFAULT now(),
    -- Advances with use, at most once per fraction of the idle limit.
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    -- The absolute limit.
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    user_agent   varchar(300) NOT NULL DEFAULT '',
    address      varchar(45) NOT NULL DEFAULT '',
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_key_hash_key UNIQUE (key_hash),
    CONSTRAINT sessions_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT sessions_identity_fkey FOREIGN KEY (identity_id) REFERENCES identities (id)
) WITH (fillfactor = 85);

CREATE INDEX sessions_account_idx
    ON sessions (account_id, created_at DESC);

-- For the sweeper only, and nearly free to keep: limits rise as rows are added.
CREATE INDEX sessions_expires_idx
    ON sessions USING brin (expires_at);

-- Unlogged: an attempt lives ten minutes and is worth nothing afterwards. After a crash of the
-- database the table is empty, so that a consumed attempt can't come back; people start again.
CREATE UNLOGGED TABLE sign_in_attempts (
    state_hash    bytea       NOT NULL,
    -- The browser that began it: SHA-256 of the secret in its cookie.
    browser_hash  bytea       NOT NULL,
    -- What the ID token must repeat, and what the token request must show (RFC 7636).
    nonce         text        NOT NULL,
    pkce_verifier text        NOT NULL,
    return_to     varchar(2000),
    -- The invited account to be claimed, for whoever came with an administrator's one-time link.
    claim_hash    bytea,
    created_at    timestamptz NOT NULL,
    CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (state_hash)
);

CREATE INDEX sign_in_attempts_browser_idx
    ON sign_in_attempts (browser_hash, created_at);

CREATE INDEX sign_in_attempts_created_idx
    ON sign_in_attempts (created_at);
