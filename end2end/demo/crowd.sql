-- More people of the same firm, up to :accounts of them, each with a linked Clio login.
-- Expects :accounts and :'issuer'.
BEGIN;

CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
SELECT gen_random_uuid() AS id,
       number,
       format('person-%s@harbourlane.test', number) AS email,
       (ARRAY['Ada', 'Ben', 'Chidi', 'Dilnoza', 'Eun-ji', 'Farid', 'Greta', 'Hone', 'Inés', 'Jun'])[1 + number % 10] AS first_name,
       (ARRAY['Abara', 'Berg', 'Castillo', 'Dubois', 'Eze', 'Fischer', 'Gupta', 'Horvat', 'Ito', 'Jansen', 'Kaya'])[1 + number % 11] AS last_name,
       now() - number % 1000 * interval '1 day' AS joined
FROM generate_series(
    1 + (SELECT count(*) FROM accounts WHERE email LIKE 'person-%@harbourlane.test'),
    :accounts
) AS number;

INSERT INTO accounts (id, email, email_verified_at, first_name, last_name, created_at, welcomed_at)
SELECT id,
       email,
       joined,
       first_name,
       last_name,
       joined,
       joined
FROM crowd;

INSERT INTO identities (account_id, issuer, subject, email, first_name, last_name,
                        settled_email, settled_first_name, settled_last_name, linked_at, last_used_at)
SELECT id,
       :'issuer',
       format('clio-crowd-%s', number),
       email,
       first_name,
       last_name,
       email,
       first_name,
       last_name,
       joined,
       joined
FROM crowd;

COMMIT;
