-- Indexes of the list of links that answer without the tables' rows: which of some profiles were linked or last
-- used when, with their texts; when a link was last used, by its number; and a sample of the sample. Made anew
-- while nobody else writes to the projection: some seconds at a million links.

CREATE OR REPLACE FUNCTION desk_index() RETURNS void
LANGUAGE sql AS $$
    ALTER TABLE desk_links
        ADD CONSTRAINT desk_links_pkey PRIMARY KEY (n) INCLUDE (id, profile),
        ADD CONSTRAINT desk_links_id_key UNIQUE (id);
    CREATE INDEX desk_links_words_idx
        ON desk_links USING gin (words gin_trgm_ops)
        WITH (gin_pending_list_limit = 64);

    CREATE INDEX desk_links_person_idx
        ON desk_links (gone, person, n) INCLUDE (profile, linked_at, words);
    CREATE INDEX desk_links_email_idx
        ON desk_links (gone, email, n) INCLUDE (profile, linked_at, words);
    CREATE INDEX desk_links_clio_email_idx
        ON desk_links (gone, clio_email, n) INCLUDE (profile, linked_at, words);
    CREATE INDEX desk_links_linked_idx
        ON desk_links (gone, linked_at, n) INCLUDE (profile, words);
    CREATE INDEX desk_links_reviewed_idx
        ON desk_links (gone, reviewed_at, n) INCLUDE (profile, linked_at, words);

    CREATE INDEX desk_links_profile_person_idx
        ON desk_links (profile, person, n);
    CREATE INDEX desk_links_profile_email_idx
        ON desk_links (profile, email, n);
    CREATE INDEX desk_links_profile_clio_email_idx
        ON desk_links (profile, clio_email, n);
    CREATE INDEX desk_links_profile_linked_idx
        ON desk_links (profile, linked_at, n) INCLUDE (words);
    CREATE INDEX desk_links_profile_reviewed_idx
        ON desk_links (profile, reviewed_at, n);

    ALTER TABLE desk_uses
        ADD CONSTRAINT desk_uses_pkey PRIMARY KEY (n) INCLUDE (last_used_at);
    CREATE INDEX desk_uses_used_idx
        ON desk_uses (gone, last_used_at, n) INCLUDE (profile, linked_at, words);
    CREATE INDEX desk_uses_profile_used_idx
        ON desk_uses (profile, last_used_at, n) INCLUDE (linked_at, words);
    CREATE INDEX desk_uses_sample_idx
        ON desk_uses (n) INCLUDE (gone, profile, linked_at, last_used_at, words)
        WHERE sampled;
    CREATE INDEX desk_uses_small_sample_idx
        ON desk_uses (n) INCLUDE (profile, linked_at, last_used_at, words)
        WHERE sampled AND n % 4 = 0;
$$;

ALTER TABLE desk_links
    DROP CONSTRAINT desk_links_pkey,
    ADD CONSTRAINT desk_links_pkey PRIMARY KEY (n) INCLUDE (id, profile);
DROP INDEX desk_links_profile_linked_idx;
CREATE INDEX desk_links_profile_linked_idx
    ON desk_links (profile, linked_at, n) INCLUDE (words);

ALTER TABLE desk_uses
    DROP CONSTRAINT desk_uses_pkey,
    ADD CONSTRAINT desk_uses_pkey PRIMARY KEY (n) INCLUDE (last_used_at);
DROP INDEX desk_uses_profile_used_idx;
CREATE INDEX desk_uses_profile_used_idx
    ON desk_uses (profile, last_used_at, n) INCLUDE (linked_at, words);
CREATE INDEX desk_uses_small_sample_idx
    ON desk_uses (n) INCLUDE (profile, linked_at, last_used_at, words)
    WHERE sampled AND n % 4 = 0;
