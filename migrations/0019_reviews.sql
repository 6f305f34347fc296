-- Review campaigns: who attested which link, on what facts, and what came of it.

CREATE TABLE review_campaigns (
    id           uuid          NOT NULL,
    name         varchar(100)  NOT NULL,
    -- The query string of the list of links that it was begun from.
    filter       varchar(2000) NOT NULL DEFAULT '',
    due_at       timestamptz   NOT NULL,
    created_at   timestamptz   NOT NULL,
    created_by   uuid          NOT NULL,
    -- How far its links have been gathered: the place in the list behind which to go on.
    gathered_to  text,
    -- Set once all of them have been.
    gathered_at  timestamptz,
    -- Whether there were more links than one campaign takes.
    is_cut       boolean       NOT NULL DEFAULT false,
    -- How many items it has, and how many of each decision.
    items        integer       NOT NULL DEFAULT 0,
    kept         integer       NOT NULL DEFAULT 0,
    revoked      integer       NOT NULL DEFAULT 0,
    unsure       integer       NOT NULL DEFAULT 0,
    closed_at    timestamptz,
    closed_by    uuid,
    CONSTRAINT review_campaigns_pkey PRIMARY KEY (id),
    CONSTRAINT review_campaigns_name CHECK (name <> ''),
    CONSTRAINT review_campaigns_counts CHECK (
        kept >= 0
        AND revoked >= 0
        AND unsure >= 0
        AND kept + revoked + unsure <= items
    ),
    CONSTRAINT review_campaigns_closed CHECK (
        (closed_at IS NULL) = (closed_by IS NULL)
        AND (closed_at IS NULL OR gathered_at IS NOT NULL)
    )
);

CREATE INDEX review_campaigns_created_idx
    ON review_campaigns (created_at, id);

CREATE TABLE review_campaign_reviewers (
    campaign_id uuid        NOT NULL,
    account_id  uuid        NOT NULL,
    named_at    timestamptz NOT NULL,
    CONSTRAINT review_campaign_reviewers_pkey PRIMARY KEY (campaign_id, account_id),
    CONSTRAINT review_campaign_reviewers_campaign_fkey FOREIGN KEY (campaign_id) REFERENCES review_campaigns (id) ON DELETE CASCADE
);

CREATE INDEX review_campaign_reviewers_account_idx
    ON review_campaign_reviewers (account_id, campaign_id);

-- One link under review, as it was when it was gathered: evidence has to say what was attested. So it
-- outlives link and account, and refers to neither.
CREATE TABLE review_items (
    campaign_id    uuid         NOT NULL,
    place          integer      NOT NULL,
    identity_id    uuid         NOT NULL,
    account_id     uuid         NOT NULL,
    first_name     varchar(100) NOT NULL,
    last_name      varchar(100) NOT NULL,
    email          varchar(254) NOT NULL,
    clio_email     varchar(254),
    role           text         NOT NULL,
    status         text         NOT NULL,
    link_method    text         NOT NULL,
    linked_at      timestamptz  NOT NULL,
    last_used_at   timestamptz  NOT NULL,
    -- Who is meant to decide; nobody where the only reviewer would attest their own link.
    reviewer_id    uuid,
    decision       text         NOT NULL DEFAULT 'none',
    note           varchar(240) NOT NULL DEFAULT '',
    decided_by     uuid,
    decided_at     timestamptz,
    -- How often it was decided: whoever decides says what they saw.
    version        integer      NOT NULL DEFAULT 0,
    -- Set when the campaign disconnected the login.
    carried_out_at timestamptz,
    -- When the login was disconnected, however that came about; written when the campaign closes.
    unlinked_at    timestamptz,
    CONSTRAINT review_items_pkey PRIMARY KEY (campaign_id, place),
    CONSTRAINT review_items_identity_key UNIQUE (campaign_id, identity_id),
    CONSTRAINT review_items_campaign_fkey FOREIGN KEY (campaign_id) REFERENCES review_campaigns (id) ON DELETE CASCADE,
    CONSTRAINT review_items_decided CHECK (
        decision IN ('none', 'keep', 'revoke', 'unsure')
        AND (decision = 'none') = (decided_by IS NULL)
        AND (decision = 'none') = (decided_at IS NULL)
    )
);

CREATE INDEX review_items_decision_idx
    ON review_items (campaign_id, decision, place);

CREATE INDEX review_items_reviewer_idx
    ON review_items (campaign_id, reviewer_id, decision, place);

-- Which mails a reviewer got: each once.
CREATE TABLE review_reminders (
    campaign_id uuid        NOT NULL,
    account_id  uuid        NOT NULL,
    stage       text        NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT review_reminders_pkey PRIMARY KEY (campaign_id, account_id, stage),
    CONSTRAINT review_reminders_campaign_fkey FOREIGN KEY (campaign_id) REFERENCES review_campaigns (id) ON DELETE CASCADE,
    CONSTRAINT review_reminders_stage CHECK (stage IN ('begun', 'week', 'day', 'overdue'))
);

-- Campaigns whose links are still to be gathered, and those that are under way.
CREATE INDEX review_campaigns_ungathered_idx
    ON review_campaigns (created_at, id)
    WHERE gathered_at IS NULL;

-- Whoever looks at the desk: few among many.
CREATE INDEX accounts_desk_idx
    ON accounts (last_name, first_name, id)
    WHERE role <> 'member';

CREATE INDEX review_campaigns_due_idx
    ON review_campaigns (due_at)
    WHERE closed_at IS NULL;
