-- The firm "Harbour & Lane" before its people sign in: once, in an empty database. Expects :'issuer'.
BEGIN;

CREATE TEMPORARY TABLE staff (
    email      text,
    first_name text,
    last_name  text,
    role       text,
    status     text,
    -- At Clio, for whoever is linked already.
    subject    text,
    password   text
) ON COMMIT DROP;

INSERT INTO staff VALUES
    ('d.whitlock@harbourlane.test', 'Dana', 'Whitlock', 'owner', 'active', 'clio-410271', NULL),
    ('rafael.duarte@harbourlane.test', 'Rafael', 'Duarte', 'admin', 'active', 'clio-410278', NULL),
    ('jonas.eriksen@harbourlane.test', 'Jonas', 'Eriksen', 'member', 'suspended', 'clio-410275', NULL),
    ('aoife.ni.bhriain@harbourlane.test', 'Aoife', 'Ní Bhriain', 'member', 'pending', 'clio-410282', NULL),
    ('tomas.ferreira@harbourlane.test', 'Tomás', 'Ferreira', 'member', 'invited', NULL, NULL),
    -- The password is "harbour bell lantern".
    ('ikram.osei@harbourlane.test', 'Ikram A.', 'Osei', 'member', 'active', NULL, 
     '$argon2id$v=19$m=19456,t=2,p=1$pnK3DMLP7tN4JrMD1FRoOw$TiiMSk5axtuN/L0P1L70H2Vip7Qj/5g1PyC1YDcI+o0');

INSERT INTO accounts (email, email_verified_at, first_name, last_name, role, status, created_at, welcomed_at, password_hash)
SELECT email,
       now() - interval '90 days',
       first_name,
       last_name,
       role,
       status,
       now() - interval '90 days',
       CASE WHEN status NOT IN ('pending', 'invited') THEN now() - interval '90 days' END,
       password
FROM staff
WHERE NOT EXISTS (SELECT FROM accounts);

INSERT INTO identities (account_id, issuer, subject, email, first_name, last_name,
                        settled_email, settled_first_name, settled_last_name, linked_at, last_used_at)
SELECT accounts.id,
       :'issuer',
       staff.subject,
       staff.email,
       staff.first_name,
       staff.last_name,
       staff.email,
       staff.first_name,
       staff.last_name,
       accounts.created_at,
       now() - interval '1 day'
FROM staff
JOIN accounts USING (email)
WHERE staff.subject IS NOT NULL
  AND NOT EXISTS (SELECT FROM identities);

COMMIT;
