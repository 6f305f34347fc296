-- The ladder of proofs, and what else an attempt at Clio may be for.

ALTER TABLE identities
    DROP CONSTRAINT identities_shape,
    ADD CONSTRAINT identities_shape CHECK (
        issuer <> ''
        AND subject <> ''
        AND subject !~ '[^\x20-\x7E]'
        AND link_method IN (
            'first_sign_in', 'password', 'claim', 'code', 'linked_sign_in', 'administrator', 'session'
        )
    );

-- What an attempt is for beside signing in; the account and the session that it began in, or the
-- pending link that it proves.
ALTER TABLE sign_in_attempts
    ADD COLUMN purpose         text NOT NULL DEFAULT 'sign_in',
    ADD COLUMN purpose_account uuid,
    ADD COLUMN purpose_session uuid,
    ADD COLUMN purpose_link    uuid,
    ADD CONSTRAINT sign_in_attempts_purpose CHECK (
        CASE purpose
            WHEN 'sign_in' THEN true
            WHEN 'link' THEN purpose_account IS NOT NULL AND purpose_link IS NOT NULL
            WHEN 'connect' THEN purpose_account IS NOT NULL AND purpose_session IS NOT NULL
            WHEN 'confirm' THEN purpose_account IS NOT NULL AND purpose_session IS NOT NULL
            ELSE false
        END
    );

ALTER TABLE link_requests
    -- The code mailed for this very request: keyed hash, and when.
    ADD COLUMN code_hash         bytea,
    ADD COLUMN code_sent_at      timestamptz,
    -- The proof that is enough, and the mailbox's where more is asked for.
    ADD COLUMN proof             text,
    ADD COLUMN proved_at         timestamptz,
    ADD COLUMN mailbox_proved_at timestamptz,
    -- A digest of all that the proof rests on: it is worth nothing once any of that has changed.
    ADD COLUMN credentials       bytea,
    ADD CONSTRAINT link_requests_proof CHECK (
        (proof IS NULL OR proof IN ('password', 'code', 'linked_sign_in'))
        AND (proof IS NULL) = (proved_at IS NULL)
        AND ((proof IS NULL AND mailbox_proved_at IS NULL) OR credentials IS NOT NULL)
    );

-- Pending links die with any change of the account's credentials, and of the login's links. Not only
-- the open ones: while the table is small, the planner would read such an index from end to end in
-- place of the browser's.
CREATE INDEX link_requests_account_idx
    ON link_requests (account_id);

CREATE INDEX link_requests_login_idx
    ON link_requests (issuer, subject);
