-- For the sweeper only. In a tree, abandoned attempts also lie in the order that a browser's newest ones
-- are asked for: a plan made while there were none would go through all of them at every start.
DROP INDEX sign_in_attempts_created_idx;

CREATE INDEX sign_in_attempts_created_idx
    ON sign_in_attempts USING brin (created_at);
