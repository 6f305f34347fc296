-- Outgoing mail: written in the transaction that causes it, sent behind it.

CREATE TABLE mail_outbox (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    to_email        text        NOT NULL,
    kind            text        NOT NULL,
    subject         text        NOT NULL,
    body_text       text        NOT NULL,
    account_id      uuid,
    created_at      timestamptz NOT NULL DEFAULT now(),
    sent_at         timestamptz,
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    -- Given up after too many attempts; `vestibule doctor` shows how many.
    dead_at         timestamptz,
    CONSTRAINT mail_outbox_pkey PRIMARY KEY (id),
    CONSTRAINT mail_outbox_kind_length CHECK (char_length(kind) BETWEEN 1 AND 60)
);

CREATE INDEX mail_outbox_due_idx
    ON mail_outbox (next_attempt_at)
    WHERE sent_at IS NULL AND dead_at IS NULL;

CREATE INDEX mail_outbox_sent_idx
    ON mail_outbox (sent_at)
    WHERE sent_at IS NOT NULL;
