-- Invitations: who asked whom in, until when, and what became of it; and lists of people to invite.

-- One row for each account that was made before its person came. What becomes of it follows the
-- account's state, whoever changes that.
CREATE TABLE invitations (
    account_id   uuid        NOT NULL,
    -- Who invited; NULL for the operator on the command line.
    invited_by   uuid,
    -- How: singly, by a list, on the command line.
    made_by      text        NOT NULL DEFAULT 'command_line',
    created_at   timestamptz NOT NULL,
    -- Until when the newest one-time link is good.
    expires_at   timestamptz NOT NULL,
    -- The newest mail with a link; NULL when the link was handed over.
    sent_at      timestamptz,
    sent_count   integer     NOT NULL DEFAULT 0,
    standing     text        NOT NULL DEFAULT 'open',
    -- When it was accepted or withdrawn.
    ended_at     timestamptz,
    CONSTRAINT invitations_pkey PRIMARY KEY (account_id),
    CONSTRAINT invitations_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT invitations_words CHECK (
        made_by IN ('desk', 'import', 'command_line')
        AND standing IN ('open', 'accepted', 'withdrawn')
        AND (standing = 'open') = (ended_at IS NULL)
        AND sent_count >= 0
        AND (sent_count = 0) = (sent_at IS NULL)
    )
);

CREATE INDEX invitations_created_idx
    ON invitations (created_at, account_id);

CREATE INDEX invitations_standing_idx
    ON invitations (standing, created_at, account_id);

CREATE INDEX invitations_invited_by_idx
    ON invitations (invited_by);

-- Accounts that other programs and earlier releases make as invited are invitations, too. The product
-- itself writes both rows in one statement, and this comes after it.
CREATE FUNCTION note_invitation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invitations (account_id, created_at, expires_at)
    VALUES (NEW.id, NEW.created_at, NEW.created_at + interval '7 days')
    ON CONFLICT (account_id) DO UPDATE
    SET standing = 'open',
        ended_at = NULL
    WHERE invitations.standing <> 'open';
    RETURN NULL;
END
$$;

CREATE TRIGGER accounts_invited
    AFTER INSERT ON accounts
    FOR EACH ROW
    WHEN (NEW.status = 'invited')
    EXECUTE FUNCTION note_invitation();

CREATE TRIGGER accounts_invited_again
    AFTER UPDATE OF status ON accounts
    FOR EACH ROW
    WHEN (NEW.status = 'invited' AND OLD.status <> 'invited')
    EXECUTE FUNCTION note_invitation();

CREATE FUNCTION note_end_of_invitation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invitations
    SET standing = CASE WHEN NEW.status IN ('active', 'pending') THEN 'accepted' ELSE 'withdrawn' END,
        ended_at = CASE
            WHEN NEW.status_changed_at <> OLD.status_changed_at THEN NEW.status_changed_at
            ELSE now()
        END
    WHERE account_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER accounts_no_longer_invited
    AFTER UPDATE OF status ON accounts
    FOR EACH ROW
    WHEN (OLD.status = 'invited' AND NEW.status <> 'invited')
    EXECUTE FUNCTION note_end_of_invitation();

-- Whoever is invited already, as far as it can be told.
INSERT INTO invitations (account_id, created_at, expires_at, sent_at, sent_count)
SELECT
    account.id,
    account.created_at,
    coalesce(link.expires_at, account.created_at + interval '7 days'),
    mail.created_at,
    coalesce(mail.count, 0)
FROM accounts account
LEFT JOIN LATERAL (
    SELECT max(expires_at) AS expires_at
    FROM claims
    WHERE account_id = account.id
      AND used_at IS NULL
) link ON true
LEFT JOIN (
    SELECT
        account_id,
        max(created_at) AS created_at,
        count(*)::integer AS count
    FROM mail_outbox
    WHERE kind = 'invitation'
    GROUP BY account_id
) mail ON mail.account_id = account.id
WHERE account.status = 'invited';

-- A list of people, as it was sent: looked through first, and carried out when its administrator says so.
CREATE TABLE imports (
    id          uuid        NOT NULL,
    -- Who sent it: nobody else sees it or carries it out.
    account_id  uuid        NOT NULL,
    created_at  timestamptz NOT NULL,
    state       text        NOT NULL DEFAULT 'checked',
    -- How many rows there are, and how many invite somebody as far as was known when it was sent.
    rows        integer     NOT NULL,
    to_invite   integer     NOT NULL,
    -- The names of columns that aren't read.
    ignored     text        NOT NULL DEFAULT '',
    begun_at    timestamptz,
    -- The last line that was carried out, and how many of those that were to invite came of it.
    done_line   integer     NOT NULL DEFAULT 0,
    done        integer     NOT NULL DEFAULT 0,
    invited     integer     NOT NULL DEFAULT 0,
    ended_at    timestamptz,
    CONSTRAINT imports_pkey PRIMARY KEY (id),
    CONSTRAINT imports_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT imports_words CHECK (
        state IN ('checked', 'running', 'finished', 'stopped')
        AND rows BETWEEN 0 AND 50000
        AND to_invite BETWEEN 0 AND rows
        AND done BETWEEN 0 AND to_invite
        AND invited BETWEEN 0 AND done
        AND (state = 'checked') = (begun_at IS NULL)
        AND (state IN ('finished', 'stopped')) = (ended_at IS NOT NULL)
    )
);

CREATE INDEX imports_state_idx
    ON imports (state, begun_at, id);

CREATE INDEX imports_created_idx
    ON imports (created_at);

CREATE INDEX imports_account_idx
    ON imports (account_id, created_at);

-- What the list says line by line, and what came of each.
CREATE TABLE import_rows (
    import_id    uuid         NOT NULL,
    -- The line that the row begins on, from 1.
    line         integer      NOT NULL,
    -- The column of a mistake, from 1; 0 for a row without one.
    place        integer      NOT NULL,
    -- The e-mail as it was typed; for display only where the row is a mistake.
    email        varchar(254) NOT NULL DEFAULT '',
    first_name   varchar(100) NOT NULL DEFAULT '',
    last_name    varchar(100) NOT NULL DEFAULT '',
    -- What the row would do, when the list was sent.
    verdict      text         NOT NULL,
    -- Of a mistake: the column's name, what it is, and what stands there.
    column_name  varchar(100) NOT NULL DEFAULT '',
    mistake      text,
    cell         varchar(100) NOT NULL DEFAULT '',
    -- The line that has the same e-mail already.
    same_as_line integer,
    -- What came of it.
    outcome      text,
    account_id   uuid,
    CONSTRAINT import_rows_pkey PRIMARY KEY (import_id, line, place),
    CONSTRAINT import_rows_import_fkey FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE,
    CONSTRAINT import_rows_words CHECK (
        verdict IN ('invite', 'invite_unproved', 'repeated', 'invited_already', 'has_account', 'closed', 'mistake')
        AND (outcome IS NULL
             OR outcome IN ('invited', 'invited_already', 'has_account', 'closed'))
        AND (verdict = 'mistake') = (mistake IS NOT NULL)
        AND (verdict = 'repeated') = (same_as_line IS NOT NULL)
        AND (outcome IS NULL OR verdict IN ('invite', 'invite_unproved'))
        AND line > 0
        AND place >= 0
    )
);

CREATE INDEX import_rows_verdict_idx
    ON import_rows (import_id, verdict, line, place);

-- Letters to many at once wait behind those that somebody is waiting for.
ALTER TABLE mail_outbox
    ADD COLUMN is_bulk boolean NOT NULL DEFAULT false;

CREATE INDEX mail_outbox_waiting_idx
    ON mail_outbox (is_bulk, next_attempt_at)
    WHERE sent_at IS NULL AND dead_at IS NULL;
