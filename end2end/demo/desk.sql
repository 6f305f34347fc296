-- What administrators find at their desk: colleagues linked in different ways, what waits for a
-- decision, and a review of the links that is under way. Once, after firm.sql. Expects :'issuer'.
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

-- Begun nine days ago by Dana, who decides about half of it; Meera has the other half.
WITH campaign AS (
    INSERT INTO review_campaigns (id, name, due_at, created_at, created_by, gathered_at)
    SELECT gen_random_uuid(),
           'Yearly review of links',
           date_trunc('day', now(), 'UTC') + interval '6 days',
           now() - interval '9 days',
           id,
           now() - interval '9 days'
    FROM accounts
    WHERE email = 'd.whitlock@harbourlane.test'
      AND NOT EXISTS (SELECT FROM review_campaigns)
    RETURNING id, created_at
),
reviewer AS (
    INSERT INTO review_campaign_reviewers (campaign_id, account_id, named_at)
    SELECT campaign.id,
           accounts.id,
           campaign.created_at
    FROM campaign
    JOIN accounts ON email IN ('d.whitlock@harbourlane.test', 'meera.raghunathan@harbourlane.test')
)
INSERT INTO review_items (campaign_id, place, identity_id, account_id, first_name, last_name, email, clio_email,
                          role, status, link_method, linked_at, last_used_at, reviewer_id)
SELECT campaign.id,
       row_number() OVER linked,
       identities.id,
       accounts.id,
       accounts.first_name,
       accounts.last_name,
       accounts.email,
       identities.email,
       accounts.role,
       accounts.status,
       identities.link_method,
       identities.linked_at,
       least(identities.last_used_at, campaign.created_at),
       CASE
           WHEN accounts.id = dana.id THEN meera.id
           WHEN accounts.id = meera.id OR row_number() OVER linked % 2 = 0 THEN dana.id
           ELSE meera.id
       END
FROM campaign
JOIN accounts AS dana ON dana.email = 'd.whitlock@harbourlane.test'
JOIN accounts AS meera ON meera.email = 'meera.raghunathan@harbourlane.test'
JOIN identities ON identities.linked_at < campaign.created_at
JOIN accounts ON accounts.id = identities.account_id
WHERE identities.unlinked_at IS NULL
WINDOW linked AS (ORDER BY identities.linked_at, identities.id);

CREATE TEMPORARY TABLE verdicts ON COMMIT DROP AS
SELECT item.campaign_id,
       item.place,
       verdict.decision,
       verdict.note
FROM (
    VALUES
        ('kwame.adjei@harbourlane.test', 'keep', ''),
        ('sofia.lindqvist@harbourlane.test', 'keep', ''),
        ('hugo.marchetti@harbourlane.test', 'keep', 'Checked with the office.'),
        ('nora.oconnell@harbourlane.test', 'keep', ''),
        ('leo.fontaine@harbourlane.test', 'revoke', 'Left the firm in spring.'),
        ('grace.mbeki@harbourlane.test', 'unsure', 'Signs in with the login of another chambers. Is that meant?')
) AS verdict (email, decision, note)
JOIN review_items AS item USING (email)
WHERE NOT EXISTS (SELECT FROM review_items WHERE version > 0);

UPDATE review_items
SET decision = verdicts.decision,
    note = verdicts.note,
    decided_by = reviewer_id,
    decided_at = now() - make_interval(days => 2, mins => 3 * review_items.place),
    version = 1
FROM verdicts
WHERE review_items.campaign_id = verdicts.campaign_id
  AND review_items.place = verdicts.place;

INSERT INTO link_reviews (identity_id, reviewer_account_id, at, note)
SELECT review_items.identity_id,
       review_items.decided_by,
       review_items.decided_at,
       review_items.note
FROM review_items
JOIN verdicts USING (campaign_id, place)
WHERE review_items.decision = 'keep';

UPDATE review_campaigns
SET items = counted.items,
    kept = counted.kept,
    revoked = counted.revoked,
    unsure = counted.unsure
FROM (
    SELECT campaign_id,
           count(*) AS items,
           count(*) FILTER (WHERE decision = 'keep') AS kept,
           count(*) FILTER (WHERE decision = 'revoke') AS revoked,
           count(*) FILTER (WHERE decision = 'unsure') AS unsure
    FROM review_items
    GROUP BY campaign_id
) AS counted
WHERE review_campaigns.id = counted.campaign_id
  AND EXISTS (SELECT FROM verdicts);

COMMIT;
