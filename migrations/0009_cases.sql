-- What waits for an administrator with the person in the loop, and the history of e-mails at Clio.

CREATE TABLE cases (
    id          uuid         NOT NULL DEFAULT gen_random_uuid(),
    -- What a person reads to an administrator.
    reference   text         NOT NULL,
    kind        text         NOT NULL,
    account_id  uuid         NOT NULL,
    -- The link that it is about, where there is or was one.
    identity_id uuid,
    -- The login that it is about.
    issuer      varchar(255) COLLATE "C",
    subject     varchar(255) COLLATE "C",
    email       varchar(254),
    first_name  varchar(100) NOT NULL DEFAULT '',
    last_name   varchar(100) NOT NULL DEFAULT '',
    -- What the person wants the administrator to know.
    message     varchar(500) NOT NULL DEFAULT '',
    created_at  timestamptz  NOT NULL,
    settled_at  timestamptz,
    outcome     text,
    CONSTRAINT cases_pkey PRIMARY KEY (id),
    CONSTRAINT cases_reference_key UNIQUE (reference),
    CONSTRAINT cases_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT cases_identity_fkey FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE,
    CONSTRAINT cases_words CHECK (
        kind IN ('link_asked', 'email_change', 'email_collision', 'not_me')
        AND (settled_at IS NULL) = (outcome IS NULL)
        AND (outcome IS NULL OR outcome IN ('approved', 'declined', 'withdrawn'))
        AND (kind <> 'link_asked' OR (issuer IS NOT NULL AND subject IS NOT NULL))
        AND (kind NOT IN ('email_change', 'email_collision')
             OR (identity_id IS NOT NULL AND email IS NOT NULL))
    )
);

-- One question at a time for a login and an account, and one for the e-mail of a login.
CREATE UNIQUE INDEX cases_link_asked_key
    ON cases (account_id, issuer, subject)
    WHERE kind = 'link_asked' AND settled_at IS NULL;

CREATE UNIQUE INDEX cases_email_key
    ON cases (identity_id)
    WHERE kind IN ('email_change', 'email_collision') AND settled_at IS NULL;

CREATE INDEX cases_login_idx
    ON cases (issuer, subject, created_at)
    WHERE kind = 'link_asked';

CREATE INDEX cases_waiting_idx
    ON cases (created_at)
    WHERE settled_at IS NULL;

CREATE INDEX cases_account_idx
    ON cases (account_id);

-- Each time Clio said another e-mail than before, and what became of it.
CREATE TABLE email_changes (
    id          uuid         NOT NULL DEFAULT gen_random_uuid(),
    account_id  uuid         NOT NULL,
    identity_id uuid         NOT NULL,
    old_email   varchar(254),
    new_email   varchar(254) NOT NULL,
    at          timestamptz  NOT NULL,
    outcome     text         NOT NULL,
    CONSTRAINT email_changes_pkey PRIMARY KEY (id),
    CONSTRAINT email_changes_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT email_changes_identity_fkey FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE,
    CONSTRAINT email_changes_outcome CHECK (outcome IN ('followed', 'asked', 'kept', 'collided'))
);

CREATE INDEX email_changes_account_idx
    ON email_changes (account_id, at);
