-- Local accounts, and the Clio logins (identities) that open them.

CREATE TABLE accounts (
    id                uuid        NOT NULL DEFAULT gen_random_uuid(),
    email             varchar(254) NOT NULL,
    -- Set once somebody proved the mailbox, or an administrator vouched for it. Only then does an
    -- e-mail locate this account.
    email_verified_at timestamptz,
    first_name        varchar(100) NOT NULL DEFAULT '',
    last_name         varchar(100) NOT NULL DEFAULT '',
    role              text        NOT NULL DEFAULT 'member',
    status            text        NOT NULL DEFAULT 'active',
    -- What a pending account waits for.
    awaits            text        NOT NULL DEFAULT 'approval',
    created_at        timestamptz NOT NULL DEFAULT now(),
    status_changed_at timestamptz NOT NULL DEFAULT now(),
    -- When the person saw the welcome page; NULL until then.
    welcomed_at       timestamptz,
    -- Where the first sign-in was going, kept while the person waits or reads the welcome page.
    return_to         varchar(2000),
    -- argon2id, in PHC string format; NULL while none is set.
    password_hash     text,
    CONSTRAINT accounts_pkey PRIMARY KEY (id),
    -- One check a table: PostgreSQL prepares each of them anew for every statement.
    CONSTRAINT accounts_words CHECK (
        role IN ('member', 'reviewer', 'admin', 'owner')
        AND status IN ('invited', 'pending', 'active', 'suspended', 'deleted')
        AND awaits IN ('approval', 'mailbox')
    )
) WITH (fillfactor = 90);

-- E-mail equality is ASCII case folding and nothing more: the "C" collation folds only A-Z.
CREATE UNIQUE INDEX accounts_verified_email_key
    ON accounts (lower(email COLLATE "C"))
    WHERE email_verified_at IS NOT NULL AND status <> 'deleted';

-- For administrators, who look accounts up by e-mail whatever their state.
CREATE INDEX accounts_email_idx
    ON accounts (lower(email COLLATE "C"));

CREATE TABLE identities (
    id                 uuid        NOT NULL DEFAULT gen_random_uuid(),
    account_id         uuid        NOT NULL,
    -- The key of an identity, compared byte for byte (OpenID Connect Core 1.0, section 2).
    issuer             varchar(255) COLLATE "C" NOT NULL,
    subject            varchar(255) COLLATE "C" NOT NULL,
    -- What Clio said at the last sign-in. Attributes: they change, and prove nothing.
    email              varchar(254),
    first_name         varchar(100) NOT NULL DEFAULT '',
    last_name          varchar(100) NOT NULL DEFAULT '',
    -- What Clio said when the person or policy last decided about it: a suggestion is shown when
    -- Clio says something new since.
    settled_email      varchar(254),
    settled_first_name varchar(100) NOT NULL DEFAULT '',
    settled_last_name  varchar(100) NOT NULL DEFAULT '',
    linked_at          timestamptz NOT NULL DEFAULT now(),
    link_method        text        NOT NULL DEFAULT 'first_sign_in',
    last_used_at       timestamptz NOT NULL DEFAULT now(),
    unlinked_at        timestamptz,
    CONSTRAINT identities_pkey PRIMARY KEY (id),
    CONSTRAINT identities_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    -- A subject is 1 to 255 printable ASCII characters.
    CONSTRAINT identities_shape CHECK (
        issuer <> ''
        AND subject <> ''
        AND subject !~ '[^\x20-\x7E]'
        AND link_method IN ('first_sign_in', 'password', 'claim')
    )
) WITH (fillfactor = 85);

-- Decides every race of two first sign-ins: one Clio login opens one account.
CREATE UNIQUE INDEX identities_issuer_subject_key
    ON identities (issuer, subject)
    WHERE unlinked_at IS NULL;

-- An unlinked identity is remembered: it isn't linked again by itself.
CREATE INDEX identities_unlinked_idx
    ON identities (issuer, subject)
    WHERE unlinked_at IS NOT NULL;

CREATE INDEX identities_account_idx
    ON identities (account_id);
