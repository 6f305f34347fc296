-- Clio Manage: who showed which firm they belong to, and what they granted us to ask it.

-- What a pending account waits for may be the proof that its person belongs to the firm; either: that, or
-- an administrator.
ALTER TABLE accounts
    DROP CONSTRAINT accounts_words,
    ADD CONSTRAINT accounts_words CHECK (
        role IN ('member', 'reviewer', 'admin', 'owner')
        AND status IN ('invited', 'pending', 'active', 'suspended', 'deleted')
        AND awaits IN ('approval', 'mailbox', 'membership', 'either')
        AND origin IN ('sign_in', 'invitation', 'import', 'command_line')
    );

-- One row from the button to the callback, bound to the browser, the account and its session. Unlogged, as
-- sign_in_attempts: a consumed attempt can't come back after a crash.
CREATE UNLOGGED TABLE manage_attempts (
    -- SHA-256 of state and of the browser's secret.
    state_hash   bytea       NOT NULL,
    browser_hash bytea       NOT NULL,
    account_id   uuid        NOT NULL,
    session_id   uuid        NOT NULL,
    region       text        NOT NULL,
    purpose      text        NOT NULL,
    return_to    varchar(2000),
    created_at   timestamptz NOT NULL,
    CONSTRAINT manage_attempts_pkey PRIMARY KEY (state_hash),
    CONSTRAINT manage_attempts_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT manage_attempts_words CHECK (
        region IN ('us', 'ca', 'eu', 'au')
        AND purpose IN ('connect', 'admission', 'roster', 'add')
    )
);

CREATE INDEX manage_attempts_account_idx
    ON manage_attempts (account_id, created_at);

CREATE INDEX manage_attempts_created_idx
    ON manage_attempts USING brin (created_at);

-- The region that somebody chose last, for the next time.
CREATE TABLE manage_choices (
    account_id uuid        NOT NULL,
    region     text        NOT NULL,
    chosen_at  timestamptz NOT NULL,
    CONSTRAINT manage_choices_pkey PRIMARY KEY (account_id),
    CONSTRAINT manage_choices_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT manage_choices_words CHECK (region IN ('us', 'ca', 'eu', 'au'))
);

-- What people granted, with what Clio Manage said of the user who did. Tokens are sealed under a key
-- that isn't here, and gone once the grant is over.
CREATE TABLE manage_grants (
    id               uuid        NOT NULL,
    account_id       uuid        NOT NULL,
    region           text        NOT NULL,
    -- Numbers of Clio's, each of its region.
    user_number      bigint      NOT NULL,
    firm_number      bigint      NOT NULL,
    firm_name        varchar(100) NOT NULL DEFAULT '',
    first_name       varchar(100) NOT NULL DEFAULT '',
    last_name        varchar(100) NOT NULL DEFAULT '',
    email            varchar(254),
    is_enabled       boolean     NOT NULL,
    is_owner         boolean     NOT NULL,
    is_portal        boolean     NOT NULL,
    subscription     varchar(100) NOT NULL DEFAULT '',
    roles            varchar(100)[] NOT NULL DEFAULT '{}',
    -- Whether the user has an e-mail of the person who signed in here.
    is_same_person   boolean     NOT NULL,
    -- live: in use. reconnect: its person has to renew it. ended: over; revoked at Clio behind the
    -- request, and the tokens kept until then.
    state            text        NOT NULL,
    -- Why it isn't live, in a fixed word.
    state_reason     varchar(60),
    tokens           bytea,
    -- Counts the tokens: whoever refreshes stores only over what they read.
    version          integer     NOT NULL DEFAULT 1,
    -- When the access token is over, and from when on it is renewed ahead of that.
    expires_at       timestamptz NOT NULL,
    refresh_at       timestamptz NOT NULL,
    -- Until when one node refreshes it, and the others wait.
    refreshing_until timestamptz,
    -- Until when nothing is tried again after a failure.
    rests_until      timestamptz,
    -- Asked for by Clio's hint that it was revoked: when who_am_i is to be asked.
    check_at         timestamptz,
    granted_at       timestamptz NOT NULL,
    checked_at       timestamptz NOT NULL,
    ended_at         timestamptz,
    CONSTRAINT manage_grants_pkey PRIMARY KEY (id),
    CONSTRAINT manage_grants_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT manage_grants_shape CHECK (
        region IN ('us', 'ca', 'eu', 'au')
        AND state IN ('live', 'reconnect', 'ended')
        AND (state = 'live') = (state_reason IS NULL)
        AND (state = 'ended') = (ended_at IS NOT NULL)
        AND (state = 'ended' OR tokens IS NOT NULL)
    )
);

-- An account has one grant in a region, and a user of Clio's grants for one account.
CREATE UNIQUE INDEX manage_grants_account_key
    ON manage_grants (account_id, region)
    WHERE state IN ('live', 'reconnect');

CREATE UNIQUE INDEX manage_grants_user_key
    ON manage_grants (region, user_number)
    WHERE state IN ('live', 'reconnect');

CREATE INDEX manage_grants_account_idx
    ON manage_grants (account_id, granted_at);

-- What is to be done about grants, the soonest first.
CREATE INDEX manage_grants_refresh_idx
    ON manage_grants (refresh_at)
    WHERE state = 'live';

CREATE INDEX manage_grants_check_idx
    ON manage_grants (check_at)
    WHERE check_at IS NOT NULL;

CREATE INDEX manage_grants_ended_idx
    ON manage_grants (ended_at)
    WHERE state = 'ended' AND tokens IS NOT NULL;
