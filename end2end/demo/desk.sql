-- What administrators find at their desk: colleagues linked in different ways, and what waits for a
-- decision. Once, after firm.sql. Expects :'issuer'.
BEGIN;

CREATE TEMPORARY TABLE colleagues (
    email       text,
    first_name  text,
    last_name   text,
    role        text,
    status      text,
    -- At Clio; another one than here shows as a difference.
    clio_email  text,
    method      text,
    linked_days integer,
    used_days   integer
) ON COMMIT DROP;

INSERT INTO colleagues VALUES
    ('meera.raghunathan@harbourlane.test', 'Meera', 'Raghunathan', 'reviewer', 'active', 'meera.raghunathan@harbourlane.test', 'first_sign_in', 400, 0),
    ('sofia.lindqvist@harbourlane.test', 'Sofía', 'Lindqvist', 'member', 'active', 'sofia.lindqvist@harbourlane.test', 'code', 310, 1),
    ('kwame.adjei@harbourlane.test', 'Kwame', 'Adjei', 'member', 'active', 'kwame.adjei@harbourlane.test', 'password', 290, 2),
    ('elif.yildiz@harbourlane.test', 'Elif', 'Yıldız', 'member', 'active', 'elif.demir@harbourlane.test', 'first_sign_in', 260, 3),
    ('hugo.marchetti@harbourlane.test', 'Hugo', 'Marchetti', 'member', 'active', 'hugo.marchetti@harbourlane.test', 'administrator', 240, 6),
    ('nora.oconnell@harbourlane.test', 'Nóra', 'O’Connell', 'member', 'active', 'nora.oconnell@harbourlane.test', 'linked_sign_in', 210, 9),
    ('bartosz.wisniewski@harbourlane.test', 'Bartosz', 'Wiśniewski', 'member', 'active', 'bartosz.wisniewski@harbourlane.test', 'claim', 180, 14),
    ('grace.mbeki@harbourlane.test', 'Grace', 'Mbeki', 'member', 'active', 'grace@mbeki-chambers.test', 'code', 150, 21),
    ('yuki.tanabe@harbourlane.test', 'Yuki', 'Tanabe', 'member', 'active', 'yuki.tanabe@harbourlane.test', 'first_sign_in', 120, 48),
    ('ingrid.solheim@harbourlane.test', 'Ingrid', 'Solheim', 'member', 'active', 'ingrid.solheim@harbourlane.test', 'password', 110, 97),
    ('leo.fontaine@harbourlane.test', 'Léo', 'Fontaine', 'member', 'suspended', 'leo.fontaine@harbourlane.test', 'first_sign_in', 500, 200),
    ('ana.petrovic@harbourlane.test', 'Ana', 'Petrović', 'member', 'active', 'ana.petrovic@harbourlane.test', 'first_sign_in', 60, 1),
    ('ana.petrovic@petrovic-law.test', 'Ana', 'Petrović', 'member', 'active', 'ana.petrovic@petrovic-law.test', 'first_sign_in', 20, 19),
    ('david.mensah@harbourlane.test', 'David', 'Mensah', 'member', 'pending', 'david.mensah@harbourlane.test', 'first_sign_in', 2, 2),
    ('k.adjei@adjei-kin.test', 'Kwame', 'Adjei', 'member', 'pending', 'k.adjei@adjei-kin.test', 'first_sign_in', 1, 1),
    ('chiara.bellini@harbourlane.test', 'Chiara', 'Bellini', 'member', 'invited', NULL, NULL, NULL, NULL);

DELETE FROM colleagues
WHERE EXISTS (SELECT FROM accounts WHERE email = 'meera.raghunathan@harbourlane.test');

INSERT INTO accounts (email, email_verified_at, first_name, last_name, role, status, created_at, status_changed_at, welcomed_at)
SELECT email,
       CASE WHEN status <> 'pending' THEN now() - make_interval(days => coalesce(linked_days, 3)) END,
       first_name,
       last_name,
       role,
       status,
       now() - make_interval(days => coalesce(linked_days, 3)),
       now() - make_interval(days => coalesce(least(linked_days, used_days), 3)),
       CASE WHEN status NOT IN ('pending', 'invited') THEN now() - make_interval(days => linked_days) END
FROM colleagues;

INSERT INTO identities (account_id, issuer, subject, email, first_name, last_name, settled_email,
                        settled_first_name, settled_last_name, linked_at, link_method, last_used_at)
SELECT accounts.id,
       :'issuer',
       'clio-' || (610000 + row_number() OVER (ORDER BY colleagues.email)),
       colleagues.clio_email,
       colleagues.first_name,
       colleagues.last_name,
       colleagues.clio_email,
       colleagues.first_name,
       colleagues.last_name,
       now() - make_interval(days => colleagues.linked_days),
       colleagues.method,
       now() - make_interval(days => colleagues.used_days, hours => 2)
FROM colleagues
JOIN accounts USING (email)
WHERE colleagues.method IS NOT NULL;

INSERT INTO cases (reference, kind, account_id, identity_id, issuer, subject, email, first_name, last_name, message, created_at)
SELECT '7Q4K-92',
       'email_change',
       accounts.id,
       identities.id,
       identities.issuer,
       identities.subject,
       identities.email,
       identities.first_name,
       identities.last_name,
       '',
       now() - interval '3 days'
FROM colleagues
JOIN accounts USING (email)
JOIN identities ON identities.account_id = accounts.id
WHERE accounts.email = 'elif.yildiz@harbourlane.test';

INSERT INTO cases (reference, kind, account_id, issuer, subject, email, first_name, last_name, message, created_at)
SELECT 'M2XW-5C',
       'link_asked',
       accounts.id,
       :'issuer',
       'clio-699001',
       accounts.email,
       'Sofia',
       'Lindqvist',
       'I got a new Clio login with my new laptop, and the old mailbox is closed.',
       now() - interval '5 hours'
FROM colleagues
JOIN accounts USING (email)
WHERE accounts.email = 'sofia.lindqvist@harbourlane.test';

COMMIT;
