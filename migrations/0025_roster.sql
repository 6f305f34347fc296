-- The roster: a firm's people as Clio Manage says, read again and again, and where accounts here differ.

-- The firms that are read.
CREATE TABLE manage_firms (
    id              uuid         NOT NULL,
    region          text         NOT NULL,
    firm_number     bigint       NOT NULL,
    name            varchar(100) NOT NULL,
    -- What it is read with, and whose that is.
    grant_id        uuid         NOT NULL,
    connected_by    uuid         NOT NULL,
    connected_at    timestamptz  NOT NULL,
    disconnected_at timestamptz,
    disconnected_by uuid,
    disconnect_reason varchar(500),
    -- When it is read next by itself.
    next_read_at    timestamptz  NOT NULL,
    -- When administrators were told that it can't be read; NULL once it was, or is connected anew.
    told_at         timestamptz,
    CONSTRAINT manage_firms_pkey PRIMARY KEY (id),
    CONSTRAINT manage_firms_grant_fkey FOREIGN KEY (grant_id) REFERENCES manage_grants (id),
    CONSTRAINT manage_firms_account_fkey FOREIGN KEY (connected_by) REFERENCES accounts (id),
    CONSTRAINT manage_firms_disconnected_fkey FOREIGN KEY (disconnected_by) REFERENCES accounts (id),
    CONSTRAINT manage_firms_words CHECK (region IN ('us', 'ca', 'eu', 'au'))
);

CREATE UNIQUE INDEX manage_firms_key
    ON manage_firms (region, firm_number)
    WHERE disconnected_at IS NULL;

-- What becomes of leavers, each change a row; the newest counts.
CREATE TABLE roster_rules (
    firm_id    uuid        NOT NULL,
    revision   integer     NOT NULL,
    leavers    text        NOT NULL,
    threshold  smallint    NOT NULL,
    reason     varchar(500) NOT NULL,
    changed_by uuid,
    changed_at timestamptz NOT NULL,
    CONSTRAINT roster_rules_pkey PRIMARY KEY (firm_id, revision),
    CONSTRAINT roster_rules_firm_fkey FOREIGN KEY (firm_id) REFERENCES manage_firms (id),
    CONSTRAINT roster_rules_account_fkey FOREIGN KEY (changed_by) REFERENCES accounts (id),
    CONSTRAINT roster_rules_shape CHECK (
        leavers IN ('automatic', 'approval')
        AND threshold BETWEEN 1 AND 100
    )
);

-- One read of a firm's people, page by page; it goes on where it stood, on whichever node.
CREATE TABLE roster_reads (
    id          uuid        NOT NULL,
    firm_id     uuid        NOT NULL,
    -- Who asked for it; NULL: it began by itself.
    asked_by    uuid,
    began_at    timestamptz NOT NULL,
    ended_at    timestamptz,
    -- How it ended.
    outcome     text,
    stopped_by  uuid,
    -- The query of the page that comes next; NULL: the first.
    next_page   varchar(2000),
    pages       integer     NOT NULL DEFAULT 0,
    people      integer     NOT NULL DEFAULT 0,
    -- How many people there are, as the first page said.
    total       integer,
    -- How often in a row a page couldn't be had, and until when nothing is tried.
    failures    integer     NOT NULL DEFAULT 0,
    rests_until timestamptz,
    -- Until when one node is at it.
    taken_until timestamptz,
    -- Of how many accounts how many would have been suspended, where that was more than the rule allowed.
    leavers     integer,
    accounts    integer,
    threshold   smallint,
    CONSTRAINT roster_reads_pkey PRIMARY KEY (id),
    CONSTRAINT roster_reads_firm_fkey FOREIGN KEY (firm_id) REFERENCES manage_firms (id),
    CONSTRAINT roster_reads_asked_fkey FOREIGN KEY (asked_by) REFERENCES accounts (id),
    CONSTRAINT roster_reads_stopped_fkey FOREIGN KEY (stopped_by) REFERENCES accounts (id),
    CONSTRAINT roster_reads_shape CHECK (
        outcome IN ('whole', 'unreachable', 'not_allowed', 'reconnect', 'senseless', 'stopped')
        AND (outcome IS NULL) = (ended_at IS NULL)
    )
);

-- One read of a firm at a time.
CREATE UNIQUE INDEX roster_reads_firm_key
    ON roster_reads (firm_id)
    WHERE ended_at IS NULL;

CREATE INDEX roster_reads_latest_idx
    ON roster_reads (began_at, id);

-- What a read found so far; forgotten once it has ended.
CREATE TABLE roster_read_people (
    read_id      uuid         NOT NULL,
    user_number  bigint       NOT NULL,
    first_name   varchar(100) NOT NULL,
    last_name    varchar(100) NOT NULL,
    email        varchar(254),
    is_enabled   boolean      NOT NULL,
    is_owner     boolean      NOT NULL,
    is_portal    boolean      NOT NULL,
    subscription varchar(100) NOT NULL,
    roles        varchar(100)[] NOT NULL,
    CONSTRAINT roster_read_people_pkey PRIMARY KEY (read_id, user_number),
    CONSTRAINT roster_read_people_read_fkey FOREIGN KEY (read_id) REFERENCES roster_reads (id) ON DELETE CASCADE
);

-- Everybody whom a whole read ever found. Clients of the portal aren't among them.
CREATE TABLE roster_people (
    firm_id       uuid         NOT NULL,
    user_number   bigint       NOT NULL,
    first_name    varchar(100) NOT NULL,
    last_name     varchar(100) NOT NULL,
    email         varchar(254),
    is_enabled    boolean      NOT NULL,
    is_owner      boolean      NOT NULL,
    subscription  varchar(100) NOT NULL,
    roles         varchar(100)[] NOT NULL,
    -- Whose account that is: by what they granted, or else by a proved e-mail.
    account_id    uuid,
    -- Whether the last whole read found them, and when one did last.
    is_there      boolean      NOT NULL,
    seen_at       timestamptz  NOT NULL,
    first_seen_at timestamptz  NOT NULL,
    -- What people are listed by, and searched for in.
    words         text         NOT NULL GENERATED ALWAYS AS (
        lower(btrim(first_name || ' ' || last_name || ' ' || coalesce(email, '')))
    ) STORED,
    -- What was decided about, whichever way: that they are away, that they are back; e-mail and name as
    -- settled.
    absence_decided boolean   NOT NULL DEFAULT false,
    return_decided  boolean   NOT NULL DEFAULT false,
    settled_email varchar(254),
    settled_name  varchar(201),
    CONSTRAINT roster_people_pkey PRIMARY KEY (firm_id, user_number),
    CONSTRAINT roster_people_firm_fkey FOREIGN KEY (firm_id) REFERENCES manage_firms (id),
    CONSTRAINT roster_people_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);

CREATE INDEX roster_people_words_idx
    ON roster_people (words, firm_id, user_number);

CREATE INDEX roster_people_account_idx
    ON roster_people (account_id)
    WHERE account_id IS NOT NULL;

-- Where Clio Manage and an account differ, and what became of it.
CREATE TABLE roster_differences (
    id          uuid        NOT NULL,
    firm_id     uuid        NOT NULL,
    read_id     uuid        NOT NULL,
    user_number bigint      NOT NULL,
    account_id  uuid,
    kind        text        NOT NULL,
    -- What is here and what Clio says, for e-mails and names; 'gone' or 'disabled' for who is back.
    before      varchar(254),
    after       varchar(254),
    -- The account's names before it took those that Clio says.
    first_name  varchar(100),
    last_name   varchar(100),
    -- Why it waits, or waited.
    why         text,
    state       text        NOT NULL,
    found_at    timestamptz NOT NULL,
    decided_at  timestamptz,
    -- Who; NULL: the rule by itself, or a later read.
    decided_by  uuid,
    reason      varchar(500),
    -- The event that records what was done to the account, and since when the account stands as that
    -- left it.
    event_id    bigint,
    stands_since timestamptz,
    CONSTRAINT roster_differences_pkey PRIMARY KEY (id),
    CONSTRAINT roster_differences_firm_fkey FOREIGN KEY (firm_id) REFERENCES manage_firms (id),
    CONSTRAINT roster_differences_read_fkey FOREIGN KEY (read_id) REFERENCES roster_reads (id),
    CONSTRAINT roster_differences_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT roster_differences_decided_fkey FOREIGN KEY (decided_by) REFERENCES accounts (id),
    CONSTRAINT roster_differences_shape CHECK (
        kind IN ('new', 'gone', 'disabled', 'back', 'email', 'name')
        AND why IN ('kind', 'rule', 'threshold', 'administrator', 'connector', 'owner')
        AND state IN ('waiting', 'carried_out', 'left', 'undone', 'settled')
        AND (state = 'waiting') = (decided_at IS NULL)
    )
);

-- What waits is found once.
CREATE UNIQUE INDEX roster_differences_waiting_key
    ON roster_differences (firm_id, user_number, kind)
    WHERE state = 'waiting';

-- The room lists the oldest of each kind first, and counts them: with 5,000 that wait, 0.1 ms where a sort
-- of all of them took 2.4.
CREATE INDEX roster_differences_asked_idx
    ON roster_differences (kind, found_at, id)
    WHERE state = 'waiting'
      AND why IS NOT NULL;

CREATE INDEX roster_differences_read_idx
    ON roster_differences (read_id);

CREATE INDEX roster_differences_account_idx
    ON roster_differences (account_id, stands_since)
    WHERE account_id IS NOT NULL;

CREATE INDEX roster_differences_event_idx
    ON roster_differences (event_id)
    WHERE event_id IS NOT NULL;
