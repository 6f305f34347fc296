-- The administrators' list of links: what is recorded of each, and a projection of it that is
-- searched, filtered and sorted. See server/src/db/desk/PLANS.md for the questions that it answers.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- How the account came to be, and through whom.
ALTER TABLE accounts
    ADD COLUMN origin     text NOT NULL DEFAULT 'sign_in',
    ADD COLUMN created_by uuid,
    DROP CONSTRAINT accounts_words,
    ADD CONSTRAINT accounts_words CHECK (
        role IN ('member', 'reviewer', 'admin', 'owner')
        AND status IN ('invited', 'pending', 'active', 'suspended', 'deleted')
        AND awaits IN ('approval', 'mailbox')
        AND origin IN ('sign_in', 'invitation', 'import', 'command_line')
    );

-- Until now only the command line prepared accounts, each with a one-time link.
UPDATE accounts
SET origin = 'command_line'
WHERE EXISTS (
    SELECT
    FROM claims
    WHERE claims.account_id = accounts.id
);

-- Where the link was made from; empty where nobody knows.
ALTER TABLE identities
    ADD COLUMN linked_address varchar(45) NOT NULL DEFAULT '',
    ADD COLUMN linked_device  varchar(60) NOT NULL DEFAULT '';

-- That somebody looked at a link and found it right.
CREATE TABLE link_reviews (
    id                  uuid         NOT NULL DEFAULT gen_random_uuid(),
    identity_id         uuid         NOT NULL,
    reviewer_account_id uuid         NOT NULL,
    at                  timestamptz  NOT NULL DEFAULT now(),
    note                varchar(500) NOT NULL DEFAULT '',
    -- Set when it was taken back.
    undone_at           timestamptz,
    CONSTRAINT link_reviews_pkey PRIMARY KEY (id),
    CONSTRAINT link_reviews_identity_fkey FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE,
    CONSTRAINT link_reviews_reviewer_fkey FOREIGN KEY (reviewer_account_id) REFERENCES accounts (id)
);

CREATE INDEX link_reviews_identity_idx
    ON link_reviews (identity_id, at);

-- The lists of links that somebody keeps by name.
CREATE TABLE desk_views (
    id         uuid          NOT NULL DEFAULT gen_random_uuid(),
    account_id uuid          NOT NULL,
    name       varchar(60)   NOT NULL,
    -- The query string of the list.
    query      varchar(2000) NOT NULL,
    -- Whether everybody at the desk sees it.
    shared     boolean       NOT NULL DEFAULT false,
    created_at timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT desk_views_pkey PRIMARY KEY (id),
    CONSTRAINT desk_views_name_key UNIQUE (account_id, name),
    CONSTRAINT desk_views_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT desk_views_name CHECK (name <> '')
);

CREATE INDEX desk_views_shared_idx
    ON desk_views (name)
    WHERE shared;

-- Text as it is searched and sorted: without case and accents. Independent of the database's locale.
CREATE FUNCTION desk_fold(input text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN octet_length(input) = char_length(input) THEN lower(input COLLATE "C")
    ELSE replace(replace(replace(replace(
        translate(
            regexp_replace(lower(normalize(input, NFKD) COLLATE "C"), U&'[\0300-\036F]', '', 'g'),
            'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςØøŁłĐđÐðŦŧĦħıÆŒÞẞ',
            'абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџαβγδεζηθικλμνξοπρστυφχψωσoollddddtthhiæœþß'
        ),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
END;

-- Folded text as it is searched: what pg_trgm would take for the end of a word, and what LIKE would
-- take for a wildcard, becomes a letter of Ogham, which nobody's name has. Not a capital letter: pg_trgm
-- folds case, and would take the end of "anna smith" for "nas".
CREATE FUNCTION desk_searched(input text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(desk_fold(input), E'.@-_'' +%\\\n', 'ᚁᚂᚃᚄᚅᚆᚇᚈᚉᚊ');

-- A link's facts of few values in one number; server/src/domain/desk/profile.rs takes it apart.
CREATE FUNCTION desk_profile(
    status text,
    role text,
    proof text,
    origin text,
    drifted boolean,
    reviewed boolean,
    gone boolean
) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    array_position(ARRAY['invited', 'pending', 'active', 'suspended', 'deleted'], status) - 1
    + 8 * (array_position(ARRAY['member', 'reviewer', 'admin', 'owner'], role) - 1)
    + 32 * (array_position(
        ARRAY['first_sign_in', 'password', 'claim', 'code', 'linked_sign_in', 'administrator', 'session'],
        proof
    ) - 1)
    + 256 * (array_position(ARRAY['sign_in', 'invitation', 'import', 'command_line'], origin) - 1)
    + 1024 * drifted::integer
    + 2048 * reviewed::integer
    + 4096 * gone::integer
)::smallint;

-- What the projection holds of each link.
CREATE VIEW desk_facts AS
SELECT
    i.id,
    (i.unlinked_at IS NOT NULL)::integer::smallint AS gone,
    desk_profile(
        a.status,
        a.role,
        i.link_method,
        a.origin,
        coalesce(lower(i.email COLLATE "C") <> lower(a.email COLLATE "C"), false),
        review.at IS NOT NULL,
        i.unlinked_at IS NOT NULL
    ) AS profile,
    desk_fold(concat_ws(' ', nullif(a.last_name, ''), nullif(a.first_name, ''))) AS person,
    desk_fold(a.email) AS email,
    desk_fold(coalesce(i.email, '')) AS clio_email,
    desk_searched(concat_ws(
        E'\n',
        concat_ws(' ', nullif(a.first_name, ''), nullif(a.last_name, '')),
        a.email,
        nullif(i.email, a.email)
    )) AS words,
    i.linked_at,
    coalesce(
        review.at,
        timestamptz 'epoch' + ('x' || right(i.id::text, 8))::bit(32)::bigint * interval '1 microsecond'
    ) AS reviewed_at
FROM identities i
JOIN accounts a ON a.id = i.account_id
LEFT JOIN LATERAL (
    SELECT max(r.at) AS at
    FROM link_reviews r
    WHERE r.identity_id = i.id
      AND coalesce(r.undone_at, 'infinity') = 'infinity'
) review ON true;

-- The profiles that occur or have occurred.
CREATE TABLE desk_profiles (
    profile smallint NOT NULL,
    CONSTRAINT desk_profiles_pkey PRIMARY KEY (profile)
);

-- One row a link, whether it is connected or not.
CREATE TABLE desk_links (
    n           integer     NOT NULL GENERATED ALWAYS AS IDENTITY,
    id          uuid        NOT NULL,
    gone        smallint    NOT NULL,
    profile     smallint    NOT NULL,
    person      text        COLLATE "C" NOT NULL,
    email       text        COLLATE "C" NOT NULL,
    clio_email  text        COLLATE "C" NOT NULL,
    words       text        COLLATE "C" NOT NULL,
    linked_at   timestamptz NOT NULL,
    -- In the first hours of 1970 when nobody ever has: in an order that has nothing to do with any other,
    -- so that who looks for something among them doesn't find all of it at the far end.
    reviewed_at timestamptz NOT NULL
);

-- What changes with each sign-in stands apart, so that a sign-in writes to three indexes and not to
-- fifteen; with what questions about it ask besides.
CREATE TABLE desk_uses (
    n            integer     NOT NULL,
    gone         smallint    NOT NULL,
    profile      smallint    NOT NULL,
    words        text        COLLATE "C" NOT NULL,
    linked_at    timestamptz NOT NULL,
    -- Never before it was linked, whatever the identity says.
    last_used_at timestamptz NOT NULL,
    -- One link in 256, by the random end of its id.
    sampled      boolean     NOT NULL
) WITH (fillfactor = 80);

-- The keys and indexes of the projection, which are made after its rows when there are many.
--
-- Each order is kept twice: for walking through (connected, or not) past what doesn't match, for which
-- the index holds what is asked of a row; and by profile, for finding the few with rare facts at once.
CREATE FUNCTION desk_index() RETURNS void
LANGUAGE sql AS $$
    ALTER TABLE desk_links
        ADD CONSTRAINT desk_links_pkey PRIMARY KEY (n),
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
        ON desk_links (profile, linked_at, n);
    CREATE INDEX desk_links_profile_reviewed_idx
        ON desk_links (profile, reviewed_at, n);

    ALTER TABLE desk_uses
        ADD CONSTRAINT desk_uses_pkey PRIMARY KEY (n);
    CREATE INDEX desk_uses_used_idx
        ON desk_uses (gone, last_used_at, n) INCLUDE (profile, linked_at, words);
    CREATE INDEX desk_uses_profile_used_idx
        ON desk_uses (profile, last_used_at, n);
    CREATE INDEX desk_uses_sample_idx
        ON desk_uses (n) INCLUDE (gone, profile, linked_at, last_used_at, words)
        WHERE sampled;
$$;

-- Writes the projection anew from what it is a projection of. The migration does it; so does whoever
-- loads very many rows with the triggers off.
CREATE FUNCTION desk_rebuild() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    existing record;
BEGIN
    TRUNCATE desk_links, desk_uses, desk_profiles RESTART IDENTITY;
    ALTER TABLE desk_links
        DROP CONSTRAINT IF EXISTS desk_links_pkey,
        DROP CONSTRAINT IF EXISTS desk_links_id_key;
    ALTER TABLE desk_uses
        DROP CONSTRAINT IF EXISTS desk_uses_pkey;
    FOR existing IN
        SELECT indexrelid::regclass AS name
        FROM pg_index
        WHERE indrelid IN ('desk_links'::regclass, 'desk_uses'::regclass)
    LOOP
        EXECUTE format('DROP INDEX %s', existing.name);
    END LOOP;

    -- Who bears the same name stands together, so that a search for it reads fewer pages; the numbers
    -- follow the time, as those of later links do.
    INSERT INTO desk_links (n, id, gone, profile, person, email, clio_email, words, linked_at, reviewed_at)
    OVERRIDING SYSTEM VALUE
    SELECT
        row_number() OVER (ORDER BY linked_at, id),
        id,
        gone,
        profile,
        person,
        email,
        clio_email,
        words,
        linked_at,
        reviewed_at
    FROM desk_facts
    ORDER BY person;
    PERFORM setval(pg_get_serial_sequence('desk_links', 'n'), coalesce(max(n), 0) + 1, false)
    FROM desk_links;

    INSERT INTO desk_uses (n, gone, profile, words, linked_at, last_used_at, sampled)
    SELECT
        link.n,
        link.gone,
        link.profile,
        link.words,
        link.linked_at,
        greatest(i.last_used_at, i.linked_at),
        get_byte(uuid_send(link.id), 15) = 0
    FROM desk_links AS link
    JOIN identities i ON i.id = link.id
    ORDER BY link.n;
    INSERT INTO desk_profiles (profile)
    SELECT DISTINCT profile
    FROM desk_links;

    PERFORM desk_index();
END
$$;

SELECT desk_rebuild();

-- New links.
CREATE FUNCTION desk_add_links() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    WITH link AS (
        INSERT INTO desk_links (id, gone, profile, person, email, clio_email, words, linked_at, reviewed_at)
        SELECT f.id, f.gone, f.profile, f.person, f.email, f.clio_email, f.words, f.linked_at, f.reviewed_at
        FROM added
        JOIN desk_facts f ON f.id = added.id
        RETURNING n, id, gone, profile, words, linked_at
    ),
    used AS (
        INSERT INTO desk_uses (n, gone, profile, words, linked_at, last_used_at, sampled)
        SELECT link.n, link.gone, link.profile, link.words, link.linked_at,
               greatest(added.last_used_at, added.linked_at), get_byte(uuid_send(link.id), 15) = 0
        FROM link
        JOIN added ON added.id = link.id
    )
    INSERT INTO desk_profiles (profile)
    SELECT DISTINCT profile
    FROM link
    WHERE NOT EXISTS (
        SELECT
        FROM desk_profiles
        WHERE desk_profiles.profile = link.profile
    )
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER identities_desk_add
    AFTER INSERT ON identities
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION desk_add_links();

-- Writes what is true of a link now. The row is locked first, and what is true then read by statements
-- of their own: who changes the account and who changes the link at the same moment see each other.
CREATE FUNCTION desk_refresh(link uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    place integer;
    fact  desk_facts;
BEGIN
    SELECT n INTO place
    FROM desk_links
    WHERE id = link
    FOR UPDATE;
    SELECT * INTO fact
    FROM desk_facts
    WHERE id = link;

    UPDATE desk_links
    SET gone = fact.gone,
        profile = fact.profile,
        person = fact.person,
        email = fact.email,
        clio_email = fact.clio_email,
        words = fact.words,
        linked_at = fact.linked_at,
        reviewed_at = fact.reviewed_at
    WHERE n = place;
    UPDATE desk_uses
    SET gone = fact.gone,
        profile = fact.profile,
        words = fact.words,
        linked_at = fact.linked_at,
        last_used_at = greatest(last_used_at, fact.linked_at)
    WHERE n = place;
    INSERT INTO desk_profiles (profile)
    SELECT fact.profile
    WHERE NOT EXISTS (
        SELECT
        FROM desk_profiles
        WHERE profile = fact.profile
    )
    ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION desk_change_link() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refresh(NEW.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER identities_desk_change
    AFTER UPDATE ON identities
    FOR EACH ROW
    WHEN ((OLD.account_id, OLD.email, OLD.link_method, OLD.linked_at, OLD.unlinked_at)
          IS DISTINCT FROM (NEW.account_id, NEW.email, NEW.link_method, NEW.linked_at, NEW.unlinked_at))
    EXECUTE FUNCTION desk_change_link();

CREATE FUNCTION desk_use_link() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE desk_uses
    SET last_used_at = greatest(NEW.last_used_at, NEW.linked_at)
    FROM desk_links
    WHERE desk_links.id = NEW.id
      AND desk_uses.n = desk_links.n;
    RETURN NULL;
END
$$;

CREATE TRIGGER identities_desk_use
    AFTER UPDATE ON identities
    FOR EACH ROW
    WHEN (OLD.last_used_at <> NEW.last_used_at)
    EXECUTE FUNCTION desk_use_link();

CREATE FUNCTION desk_remove_links() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    WITH link AS (
        DELETE FROM desk_links
        USING removed
        WHERE desk_links.id = removed.id
        RETURNING desk_links.n
    )
    DELETE FROM desk_uses
    USING link
    WHERE desk_uses.n = link.n;
    RETURN NULL;
END
$$;

CREATE TRIGGER identities_desk_remove
    AFTER DELETE ON identities
    REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION desk_remove_links();

CREATE FUNCTION desk_change_account() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refresh(id)
    FROM identities
    WHERE account_id = NEW.id
    ORDER BY id;
    RETURN NULL;
END
$$;

CREATE TRIGGER accounts_desk_change
    AFTER UPDATE ON accounts
    FOR EACH ROW
    WHEN ((OLD.email, OLD.first_name, OLD.last_name, OLD.role, OLD.status, OLD.origin)
          IS DISTINCT FROM (NEW.email, NEW.first_name, NEW.last_name, NEW.role, NEW.status, NEW.origin))
    EXECUTE FUNCTION desk_change_account();

CREATE FUNCTION desk_change_review() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM desk_refresh(OLD.identity_id);
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.identity_id <> OLD.identity_id) THEN
        PERFORM desk_refresh(NEW.identity_id);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER link_reviews_desk_change
    AFTER INSERT OR UPDATE OR DELETE ON link_reviews
    FOR EACH ROW EXECUTE FUNCTION desk_change_review();
