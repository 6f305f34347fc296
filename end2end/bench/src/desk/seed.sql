-- A firm of as many accounts as the setting bench.accounts says, and a fifth more links. Everybody is invented;
-- names and firms' domains have a few that many bear, and many that few do. Written without triggers, and the
-- projections then made anew, as a migration makes them.

SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '64MB';
SET maintenance_work_mem = '512MB';
SELECT setseed(0.42);

-- An id as the program makes them (version 7): of a time, with a random end.
CREATE FUNCTION pg_temp.id_at(at timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE
RETURN (
    lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
    || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14)
)::uuid;

CREATE TEMP TABLE given_names AS
SELECT rank, name, regexp_replace(desk_fold(name), '[^a-z]', '', 'g') AS slug
FROM unnest(string_to_array(
    'Maria Anna James Michael Emma Thomas Sarah David Laura Daniel Julia Robert Sophie William Hannah Peter '
    'Joanna Marianne Paul Lucía José Zoë Chloé François Jürgen Björn Søren Łukasz Małgorzata Agnieszka Zsófia '
    'Ágnes Tomáš Jiří Žofia Đorđe Thị Anh Minh Wei Li Xiao Ming Yuki Haruto Sakura Kenji Priya Rahul Aarav '
    'Ananya Fatima Mohammed Ahmed Aisha Omar Layla Yusuf Chidi Ngozi Adaeze Oluwaseun Kwame Amara Thandiwe '
    'Sipho Dilnoza Farid Nargiza Ivan Olga Dmitri Svetlana Anastasia Ekaterina Владимир Ольга Γιώργος Ελένη '
    'Þór Guðrún Sigríður Åsa Øystein Æsa Ingrid Lars Mikkel Freja Noah Olivia Liam Ava Ethan Mia Lucas Amelia '
    'Logan Harper Mason Evelyn Elijah Abigail Oliver Emily Jacob Ella Sebastián Camila Mateo Valentina '
    'Santiago Renée André Noël Éloïse Mélanie Hélène Benoît Cédric Siobhán Niamh Oisín Caoimhe Aoife Seán '
    'Hone Aroha Tāne Mere Kaimana Leilani Nalani Danielle Brianna Susanna Rosanna Annabel Annika Annette '
    'Suzanne Leanne Joanne Deanna Diana Giovanni Alessandra Francesca Matteo Giulia Lorenzo Chiara Ilse Jeroen '
    'Sanne Maarten Anouk Pieter Ştefan Ioana Andrei Gheorghe Emre Ayşe Çağla Özgür İbrahim Mark Martin Martha '
    'Marlene Marcel Margaret Harold Harriet Harvey Johanna Johan John Jonathan Jonas Alexander Alexandra Alex '
    'Christine Christian Christopher Stephan Stephanie Steven Katherine Karen Karl Karin Nina Nicole Nicholas '
    'Victor Victoria Vera Walter Wanda Yannick Yvonne Zara Zachary Theodore Theresa Teresa Tobias Tilda Ulrich '
    'Ursula Uma Rosa Rosalind Rufus Ruth Quentin Philippa Philip Oscar Otto Leonard Leonora Leo Kurt Klara Iris '
    'Isaac Isabel Helga Henry Greta Gustav Felix Fiona Erik Erika Edith Edmund Clara Clemens Bruno Brigitte Ada',
    ' '
)) WITH ORDINALITY AS given (name, rank);

CREATE TEMP TABLE family_names AS
SELECT
    row_number() OVER (ORDER BY is_made, place) AS rank,
    name,
    regexp_replace(desk_fold(name), '[^a-z]', '', 'g') AS slug
FROM (
    SELECT false AS is_made, lpad(place::text, 4, '0') AS place, replace(name, '_', ' ') AS name
    FROM unnest(string_to_array(
        'Smith Johnson Nguyễn García Müller Williams Brown Jones Miller Davis Rodríguez Martínez Hernández López '
        'González Wilson Anderson Taylor Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson '
        'Walker Young Hall Allen King Wright Scott Hill Green Adams Baker Nelson Carter Mitchell Pérez Roberts '
        'Turner Phillips Campbell Parker Evans Edwards Collins Kim Park Choi Wang Zhang Liu Chen Yang Huang '
        'Tanaka Suzuki Satō Itō Watanabe Patel Singh Kumar Sharma Gupta Khan Ali Hussain Okafor Abara Eze Mensah '
        'Dlamini Schmidt Schneider Fischer Weber Meyer Wagner Becker Schäfer Groß Weiß Lefèvre Dubois Moreau '
        'Bélanger Côté Gagné Rossi Ferrari Bianchi Nowak Kowalski Wiśniewski Dvořák Novák Horvat Kovač '
        'Papadopoulos Ivanov Petrova Иванов Кузнецова Johansson Bergström Sjögren Håkansson Nielsen Sørensen '
        'Ødegård Ólafsdóttir O''Brien O''Connor D''Angelo MacDonald van_den_Berg de_Vries Yılmaz Çelik Öztürk '
        'Popescu Hansen Channing Hannigan',
        ' '
    )) WITH ORDINALITY AS known (name, place)
    UNION ALL
    SELECT true, md5(head || tail), head || tail
    FROM unnest(string_to_array(
        'Ash Black Brad Brook Cal Carl Chat Cram Dal Den Dun East Elm Fair Farn Gar Glen Gold Graf Ham Hart Hav '
        'Hen Holl Hor Kel Ken Lan Lang Lind Lock Mac Mar Mel Mont North Nor Oak Old Pem Pres Ra Red Ridge Rock '
        'Ros Ruth Sand Sea Shel Sher Sil South Stan Stein Stern Stone Strat Sutt Thorn Tor Tren Up Vand Wake Wal '
        'War Wat Wedge Wels West Whit Wind Win Wood Wor York Zim Zell Bern Blum Bran Brem Eich Feld Frank Fried '
        'Gott Grün Hoch Kauf Klein König Krahn Lieb',
        ' '
    )) AS head
    CROSS JOIN unnest(string_to_array(
        'ton ham ley field ford wood well worth by thorpe ridge brook bury caster chester combe cot croft dale '
        'den er erson forth gate grave hall hurst ing ington land law low man mann mark mere mont more ness over '
        'port read rick sall sell shaw ship side son stead sted stoke stow street ter thwaite vale ville ward '
        'water way wick win worthy berg bach bauer brecht burg dorf haus heim hofer holz huber inger kamp meier '
        'meister müller nagel reiter richter schmied thal wald weiler',
        ' '
    )) AS tail
    ORDER BY 1, 2
    LIMIT 4000
) AS names;

CREATE TEMP TABLE people AS
SELECT
    drawn.*,
    joined,
    given_names.name AS first_name,
    family_names.name AS last_name,
    coalesce(nullif(given_names.slug, ''), 'p') AS given_slug,
    coalesce(nullif(family_names.slug, ''), 'person') AS family_slug,
    CASE
        WHEN domain < 0.50 THEN 'harbourlane.test'
        WHEN domain < 0.68 THEN 'northgate-legal.test'
        WHEN domain < 0.80 THEN 'whitlock-partners.test'
        WHEN domain < 0.86 THEN 'webmail.example'
        WHEN domain < 0.90 THEN 'letterbox.example'
        ELSE 'chambers' || n % 300 || '.example'
    END AS domain_name,
    pg_temp.id_at(joined) AS id
FROM (
    SELECT
        n,
        1 + floor(230 * power(random(), 1.8))::integer AS given_rank,
        1 + floor(4000 * power(random(), 2.2))::integer AS family_rank,
        random() AS address,
        random() AS domain,
        random() AS age,
        random() AS state,
        random() AS office,
        random() AS proof,
        random() AS source,
        random() AS use,
        random() AS drift,
        random() AS second
    FROM generate_series(1, current_setting('bench.accounts')::integer) AS n
) AS drawn
CROSS JOIN LATERAL (
    SELECT now() - power(age, 1.3) * interval '4000 days' AS joined
) AS joining
JOIN given_names ON given_names.rank = given_rank
JOIN family_names ON family_names.rank = family_rank;

INSERT INTO accounts
    (id, email, email_verified_at, first_name, last_name, role, status, created_at, status_changed_at, welcomed_at, origin)
SELECT
    id,
    CASE
        WHEN address < 0.55 THEN given_slug || '.' || family_slug
        WHEN address < 0.75 THEN left(given_slug, 1) || family_slug
        WHEN address < 0.90 THEN given_slug || left(family_slug, 1)
        ELSE family_slug || '_' || given_slug
    END || n || '@' || domain_name,
    joined,
    first_name,
    last_name,
    CASE
        WHEN office < 0.0001 THEN 'owner'
        WHEN office < 0.002 THEN 'admin'
        WHEN office < 0.006 THEN 'reviewer'
        ELSE 'member'
    END,
    CASE
        WHEN age < 0.02 AND state < 0.5 THEN 'pending'
        WHEN age > 0.6 AND state < 0.1 THEN 'suspended'
        WHEN age > 0.5 AND state < 0.15 THEN 'deleted'
        ELSE 'active'
    END,
    joined,
    joined,
    joined,
    CASE
        WHEN source < 0.70 THEN 'sign_in'
        WHEN source < 0.85 THEN 'invitation'
        WHEN source < 0.99 THEN 'import'
        ELSE 'command_line'
    END
FROM people
ORDER BY joined;

INSERT INTO identities
    (id, account_id, issuer, subject, email, first_name, last_name, settled_email, settled_first_name, settled_last_name,
     linked_at, link_method, last_used_at, unlinked_at)
SELECT
    pg_temp.id_at(linked_at),
    account_id,
    'https://account.clio.example/',
    subject,
    email,
    first_name,
    last_name,
    email,
    first_name,
    last_name,
    linked_at,
    method,
    last_used_at,
    CASE WHEN ended THEN last_used_at + (now() - last_used_at) * 0.1 END
FROM (
    SELECT
        people.id AS account_id,
        'first-' || n AS subject,
        CASE
            WHEN drift < 0.04 THEN given_slug || '.' || family_slug || n || '@letterbox.example'
            WHEN drift < 0.045 THEN NULL
            ELSE accounts.email
        END AS email,
        people.first_name,
        people.last_name,
        joined AS linked_at,
        CASE
            WHEN proof < 0.60 THEN 'first_sign_in'
            WHEN proof < 0.75 THEN 'code'
            WHEN proof < 0.85 THEN 'password'
            WHEN proof < 0.92 THEN 'claim'
            WHEN proof < 0.97 THEN 'session'
            WHEN proof < 0.99 THEN 'administrator'
            ELSE 'linked_sign_in'
        END AS method,
        CASE
            WHEN accounts.status IN ('suspended', 'deleted') THEN joined + (now() - joined) * use * 0.4
            ELSE now() - (now() - joined) * power(use, 4)
        END AS last_used_at,
        accounts.status = 'deleted' OR proof > 0.98 AS ended
    FROM people
    JOIN accounts ON accounts.id = people.id
    UNION ALL
    -- Who has two logins.
    SELECT
        people.id,
        'second-' || n,
        given_slug || '.' || family_slug || n || CASE
            WHEN use < 0.5 THEN '@webmail.example'
            ELSE '@letterbox.example'
        END,
        people.first_name,
        people.last_name,
        joined + (now() - joined) * state * 0.5,
        CASE WHEN proof < 0.5 THEN 'session' ELSE 'linked_sign_in' END,
        now() - (now() - joined) * 0.5 * power(use, 4),
        false
    FROM people
    WHERE second < 0.2
) AS links
ORDER BY linked_at;

INSERT INTO link_reviews (identity_id, reviewer_account_id, at)
SELECT identities.id, reviewer.id, linked_at + (now() - linked_at) * random()
FROM identities
CROSS JOIN (
    SELECT id
    FROM accounts
    WHERE role = 'admin'
    LIMIT 1
) AS reviewer
WHERE random() < 0.03;

INSERT INTO account_use (account_id, last_sign_in_at, unused_since)
SELECT
    account_id,
    max(last_used_at),
    CASE WHEN bool_or(status = 'active') THEN max(last_used_at) END
FROM identities
JOIN accounts ON accounts.id = account_id
GROUP BY account_id;

SELECT desk_rebuild();
