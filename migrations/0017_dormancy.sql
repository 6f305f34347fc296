-- Accounts that nobody uses: since when, what is to become of them, and what was done.

-- Apart from the accounts: a sign-in writes here, and would otherwise rewrite every index of a wide row.
CREATE TABLE account_use (
    account_id      uuid        NOT NULL,
    -- The last sign-in of any kind. Sessions are swept after a while; this lasts.
    last_sign_in_at timestamptz,
    -- Since when the account lies unused: its last sign-in, or when it became active, whichever came
    -- later. NULL while it isn't active.
    unused_since    timestamptz,
    CONSTRAINT account_use_pkey PRIMARY KEY (account_id)
) WITH (fillfactor = 85);

CREATE INDEX account_use_unused_idx
    ON account_use (unused_since, account_id);

-- What is known so far, before anything is locked: this may take some seconds.
INSERT INTO account_use (account_id, last_sign_in_at, unused_since)
SELECT
    a.id,
    used.last_sign_in_at,
    CASE WHEN a.status = 'active' THEN greatest(used.last_sign_in_at, a.status_changed_at) END
FROM accounts a
LEFT JOIN (
    SELECT
        account_id,
        max(at) AS last_sign_in_at
    FROM (
        SELECT account_id, last_used_at AS at FROM identities
        UNION ALL
        SELECT account_id, created_at FROM sessions
    ) AS sign_ins
    GROUP BY account_id
) AS used ON used.account_id = a.id
WHERE a.status = 'active'
   OR used.last_sign_in_at IS NOT NULL;

-- Kept by the database itself, whoever writes: a sign-in that isn't noted, be it of an earlier release
-- or of one to come, would close somebody's account.
CREATE FUNCTION note_sign_in() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_use (account_id, last_sign_in_at, unused_since)
    SELECT
        a.id,
        NEW.created_at,
        CASE WHEN a.status = 'active' THEN greatest(NEW.created_at, a.status_changed_at) END
    FROM accounts a
    WHERE a.id = NEW.account_id
    ON CONFLICT (account_id) DO UPDATE
    SET last_sign_in_at = greatest(account_use.last_sign_in_at, NEW.created_at),
        unused_since = CASE
            WHEN account_use.unused_since IS NOT NULL
            THEN greatest(account_use.unused_since, NEW.created_at)
        END;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_status() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    IF NEW.status = 'active' THEN
        since := NEW.status_changed_at;
        -- Whoever changes the state by hand may leave that column out.
        IF TG_OP = 'UPDATE' AND OLD.status_changed_at = NEW.status_changed_at THEN
            since := now();
        END IF;
    END IF;
    INSERT INTO account_use (account_id, unused_since)
    VALUES (NEW.id, since)
    ON CONFLICT (account_id) DO UPDATE
    SET unused_since = CASE
            WHEN since IS NOT NULL THEN greatest(account_use.last_sign_in_at, since)
        END;
    RETURN NULL;
END
$$;

CREATE TRIGGER sessions_note_sign_in
    AFTER INSERT ON sessions
    FOR EACH ROW EXECUTE FUNCTION note_sign_in();

CREATE TRIGGER accounts_note_active
    AFTER INSERT ON accounts
    FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION note_status();

CREATE TRIGGER accounts_note_status
    AFTER UPDATE OF status ON accounts
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION note_status();

-- From here on nobody writes beside us: what was written meanwhile. now() is when this began; the hour
-- is for clocks that differ.
INSERT INTO account_use (account_id, last_sign_in_at, unused_since)
SELECT
    a.id,
    used.last_sign_in_at,
    CASE WHEN a.status = 'active' THEN greatest(used.last_sign_in_at, a.status_changed_at) END
FROM accounts a
LEFT JOIN (
    SELECT
        account_id,
        max(created_at) AS last_sign_in_at
    FROM sessions
    WHERE created_at > now() - interval '1 hour'
    GROUP BY account_id
) AS used ON used.account_id = a.id
WHERE used.account_id IS NOT NULL
   OR a.status_changed_at > now() - interval '1 hour'
ON CONFLICT (account_id) DO UPDATE
SET last_sign_in_at = greatest(account_use.last_sign_in_at, EXCLUDED.last_sign_in_at),
    unused_since = CASE
        WHEN EXCLUDED.unused_since IS NOT NULL
        THEN greatest(account_use.last_sign_in_at, EXCLUDED.unused_since)
    END;

ALTER TABLE account_use
    ADD CONSTRAINT account_use_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE;

-- What becomes of unused accounts. Each change is a row of its own, the newest counts; of two at once
-- the key lets one win.
CREATE TABLE dormancy_policies (
    revision      integer      NOT NULL,
    is_on         boolean      NOT NULL,
    -- After how many days without use an account is closed.
    close_after   smallint     NOT NULL,
    -- How many days before that a reminder goes out, the earliest first.
    remind_before smallint[]   NOT NULL,
    -- Since when accounts are covered so strictly: nobody is closed right after.
    covers_since  timestamptz  NOT NULL,
    reason        varchar(500) NOT NULL DEFAULT '',
    changed_by    uuid,
    changed_at    timestamptz  NOT NULL,
    CONSTRAINT dormancy_policies_pkey PRIMARY KEY (revision),
    CONSTRAINT dormancy_policies_shape CHECK (
        revision >= 0
        AND close_after BETWEEN 30 AND 730
        AND cardinality(remind_before) BETWEEN 1 AND 3
    )
);

INSERT INTO dormancy_policies (revision, is_on, close_after, remind_before, covers_since, changed_at)
VALUES (0, false, 90, '{14,3}', now(), now());

-- Accounts that stay open however long they lie unused.
CREATE TABLE dormancy_exemptions (
    id         uuid         NOT NULL,
    account_id uuid         NOT NULL,
    reason     varchar(500) NOT NULL,
    granted_by uuid         NOT NULL,
    granted_at timestamptz  NOT NULL,
    -- NULL: for good.
    ends_at    timestamptz,
    CONSTRAINT dormancy_exemptions_pkey PRIMARY KEY (id),
    CONSTRAINT dormancy_exemptions_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE INDEX dormancy_exemptions_account_idx
    ON dormancy_exemptions (account_id, granted_at);

-- Whom a reminder was sent, about which date. Another date, and whoever it concerns is told anew.
CREATE TABLE dormancy_reminders (
    account_id uuid        NOT NULL,
    -- When the account would be closed at the earliest.
    due_at     timestamptz NOT NULL,
    -- Which reminder: how many days before.
    days       smallint    NOT NULL,
    sent_at    timestamptz NOT NULL,
    CONSTRAINT dormancy_reminders_pkey PRIMARY KEY (account_id, due_at, days),
    CONSTRAINT dormancy_reminders_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

-- Which accounts were closed because they lay unused.
CREATE TABLE dormancy_closures (
    account_id   uuid        NOT NULL,
    closed_at    timestamptz NOT NULL,
    unused_since timestamptz NOT NULL,
    CONSTRAINT dormancy_closures_pkey PRIMARY KEY (account_id, closed_at),
    CONSTRAINT dormancy_closures_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE INDEX dormancy_closures_closed_idx
    ON dormancy_closures (closed_at DESC, account_id);

-- When unused accounts are looked through next: whichever node comes first does it.
CREATE TABLE dormancy_round (
    only_row boolean     NOT NULL DEFAULT true,
    next_at  timestamptz NOT NULL,
    CONSTRAINT dormancy_round_pkey PRIMARY KEY (only_row),
    CONSTRAINT dormancy_round_one_row CHECK (only_row)
);

INSERT INTO dormancy_round (next_at)
VALUES ('epoch');
