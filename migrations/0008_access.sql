-- Sign-in without Clio, fresh proofs, and the links of security mails.

ALTER TABLE accounts
    ADD COLUMN password_set_at timestamptz;

ALTER TABLE sessions
    -- How it was opened: with Clio, with the account's password, with a mailed code.
    ADD COLUMN opened_by text        NOT NULL DEFAULT 'clio',
    -- Browser and system in words; empty for sessions of an older release.
    ADD COLUMN device    varchar(60) NOT NULL DEFAULT '',
    -- When the person last showed that it is them.
    -- Sessions of an older release aren't fresh.
    ADD COLUMN fresh_at  timestamptz NOT NULL DEFAULT 'epoch',
    ADD CONSTRAINT sessions_opened_by CHECK (opened_by IN ('clio', 'password', 'code'));

ALTER TABLE mail_codes
    DROP CONSTRAINT mail_codes_purpose,
    ADD CONSTRAINT mail_codes_purpose CHECK (purpose IN ('admission', 'confirm'));

-- Codes for signing in, by the browser that asked. A row is written whether an account has the
-- e-mail or not, so that nobody can tell.
CREATE TABLE sign_in_codes (
    browser_hash bytea       NOT NULL,
    -- The address as it was typed.
    email        varchar(254) NOT NULL,
    account_id   uuid,
    code_hash    bytea       NOT NULL,
    created_at   timestamptz NOT NULL,
    tries_left   smallint    NOT NULL DEFAULT 5,
    CONSTRAINT sign_in_codes_pkey PRIMARY KEY (browser_hash),
    CONSTRAINT sign_in_codes_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT sign_in_codes_tries CHECK (tries_left BETWEEN 0 AND 5)
);

CREATE INDEX sign_in_codes_created_idx
    ON sign_in_codes (created_at);

-- What "This wasn't me" in a mail is about.
CREATE TABLE notices (
    -- SHA-256 of the token in the mail's link.
    token_hash  bytea       NOT NULL,
    account_id  uuid        NOT NULL,
    -- The login that the button disconnects, where one is concerned.
    identity_id uuid,
    kind        text        NOT NULL,
    -- The mailbox it went to, which is told what was done.
    email       varchar(254) NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    CONSTRAINT notices_pkey PRIMARY KEY (token_hash),
    CONSTRAINT notices_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT notices_identity_fkey FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE,
    CONSTRAINT notices_kind CHECK (
        kind IN ('linked', 'unlinked', 'new_device', 'email_changed', 'password_changed')
    )
);

CREATE INDEX notices_account_idx
    ON notices (account_id);

CREATE INDEX notices_expires_idx
    ON notices (expires_at);
