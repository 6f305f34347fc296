-- What settling a case did, so that it can be undone exactly; NULL where it can't be, and while it waits.
ALTER TABLE cases
    ADD COLUMN effect jsonb;

CREATE INDEX cases_effect_idx
    ON cases (settled_at)
    WHERE effect IS NOT NULL;
