//! Links written by hand, and what a list of them shows: read plainly, row by row, from the tables.

use std::cmp::Ordering;

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;
use vestibule::domain::desk::links::{Connection, Direction, Filter, Sort};

use crate::harness::Site;

/// Names, and how they are searched and sorted.
const NAMES: [(&str, &str); 12] = [
    ("Anna", "anna"),
    ("Zoë", "zoe"),
    ("Søren", "soren"),
    ("Łukasz", "lukasz"),
    ("Groß", "gross"),
    ("Ольга", "ольга"),
    ("ΕΛΈΝΗ", "ελενη"),
    ("Nguyễn", "nguyen"),
    ("O'Brien", "o'brien"),
    ("van den Berg", "van den berg"),
    ("100%", "100%"),
    ("_id\\", "_id\\"),
];

/// What is searched for, and how it is searched.
const SEARCHED: [(&str, &str); 2] = [("NGUYÊN", "nguyen"), ("ólga", "olga")];

/// A link as the tables have it.
#[derive(Clone, Debug, FromRow)]
pub struct Link {
    pub id: Uuid,
    pub n: i32,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub clio_email: Option<String>,
    pub status: String,
    pub role: String,
    pub origin: String,
    pub method: String,
    pub linked_at: OffsetDateTime,
    pub last_used_at: OffsetDateTime,
    pub unlinked_at: Option<OffsetDateTime>,
    pub reviewed_at: Option<OffsetDateTime>,
    /// What orders those that nobody reviewed.
    pub unreviewed: OffsetDateTime,
}

/// Writes so many links of all kinds; many were made and used at the same moment. Where `sampled`, the
/// sample takes all of them for one in 256.
pub async fn write(site: &Site, links: i32, sampled: bool) {
    let (firsts, lasts): (Vec<&str>, Vec<&str>) = (0..36)
        .map(|i| (NAMES[i % 12].0, NAMES[i * 7 % 12].0))
        .unzip();
    sqlx::query(
        "WITH person AS (
             SELECT
                 i,
                 gen_random_uuid() AS account,
                 overlay(gen_random_uuid()::text PLACING CASE WHEN $4 THEN '00' ELSE '01' END FROM 35)::uuid
                     AS identity,
                 format('Person-%s@%s.test', i, (ARRAY['harbourlane', 'firm', 'chambers'])[1 + i % 3]) AS email,
                 timestamptz '2026-01-01 12:00Z' - i / 5 * interval '7 days' AS joined
             FROM generate_series(1, $1) AS i
         ),
         account AS (
             INSERT INTO accounts (id, email, first_name, last_name, status, role, origin)
             SELECT
                 account,
                 email,
                 ($2::text[])[1 + i % 36],
                 ($3::text[])[1 + i * 5 % 36],
                 (ARRAY['active', 'active', 'active', 'pending', 'suspended', 'deleted', 'invited'])[1 + i % 7],
                 (ARRAY['member', 'member', 'member', 'reviewer', 'admin', 'owner'])[1 + i * 5 % 6],
                 (ARRAY['sign_in', 'invitation', 'import', 'command_line'])[1 + i % 4]
             FROM person
         ),
         identity AS (
             INSERT INTO identities
                 (id, account_id, issuer, subject, email, linked_at, last_used_at, link_method, unlinked_at)
             SELECT
                 identity,
                 account,
                 'https://clio.test/',
                 format('subject-%s', i),
                 CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN format('other.%s@mail.test', i) WHEN 2 THEN upper(email)
                     ELSE email END,
                 joined,
                 joined + i % 11 * interval '5 days',
                 (ARRAY['first_sign_in', 'password', 'claim', 'code', 'linked_sign_in', 'administrator',
                        'session'])[1 + i * 3 % 7],
                 CASE WHEN i % 6 = 0 THEN joined + interval '60 days' END
             FROM person
         )
         SELECT",
    )
    .bind(links)
    .bind(&firsts)
    .bind(&lasts)
    .bind(sampled)
    .execute(&site.pool)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO link_reviews (identity_id, reviewer_account_id, at, undone_at)
         SELECT id, account_id, linked_at + interval '1 day', CASE WHEN subject LIKE '%8' THEN now() END
         FROM identities
         WHERE subject ~ '[48]$'",
    )
    .execute(&site.pool)
    .await
    .unwrap();
}

/// Writes many links of two accounts, all of them in the sample: 5,000 of Plain, and 500 of Zebra, linked before
/// all of those; and 500 of Zebra that are disconnected, linked at all times.
pub async fn write_far_away(site: &Site) {
    sqlx::query(
        "WITH account AS (
             INSERT INTO accounts (email, last_name, role)
             VALUES
                 ('plain@firm.test', 'Plain', 'member'),
                 ('zebra@firm.test', 'Zebra', 'admin')
             RETURNING id, last_name
         )
         INSERT INTO identities
             (id, account_id, issuer, subject, email, linked_at, last_used_at, link_method, unlinked_at)
         SELECT
             overlay(gen_random_uuid()::text PLACING '00' FROM 35)::uuid,
             account.id,
             'https://clio.test/',
             format('subject-%s', i),
             format('login-%s@mail.test', i),
             linked_at,
             linked_at + interval '1 day',
             CASE WHEN i % 50 = 0 THEN 'code' ELSE 'session' END,
             CASE WHEN i > 5500 THEN linked_at + interval '2 days' END
         FROM generate_series(1, 6000) AS i
         CROSS JOIN LATERAL (
             SELECT timestamptz '2020-01-01' + CASE
                 WHEN i <= 5000 THEN 500 * interval '1 hour' + i * interval '1 hour'
                 WHEN i <= 5500 THEN (i - 5000) * interval '1 hour'
                 ELSE (i - 5500) * interval '11 hours'
             END AS linked_at
         ) AS linking
         JOIN account ON (account.last_name = 'Zebra') = (i > 5000)",
    )
    .execute(&site.pool)
    .await
    .unwrap();
}

/// All links.
pub async fn read(site: &Site) -> Vec<Link> {
    sqlx::query_as(
        "SELECT
             i.id, l.n, a.first_name, a.last_name, a.email, i.email AS clio_email, a.status, a.role, a.origin,
             i.link_method AS method, i.linked_at, i.last_used_at, i.unlinked_at,
             (SELECT max(at) FROM link_reviews WHERE identity_id = i.id AND undone_at IS NULL) AS reviewed_at,
             l.reviewed_at AS unreviewed
         FROM identities i
         JOIN accounts a ON a.id = i.account_id
         JOIN desk_links l ON l.id = i.id",
    )
    .fetch_all(&site.pool)
    .await
    .unwrap()
}

/// How a name or an e-mail is searched and sorted.
fn folded(text: &str) -> String {
    let name = NAMES
        .iter()
        .chain(&SEARCHED)
        .find(|(name, _)| *name == text);
    name.map_or_else(|| text.to_lowercase(), |(_, folded)| (*folded).to_owned())
}

impl Link {
    fn person(&self) -> String {
        format!("{} {}", folded(&self.last_name), folded(&self.first_name))
    }

    fn clio(&self) -> String {
        folded(self.clio_email.as_deref().unwrap_or_default())
    }

    fn has_drifted(&self) -> bool {
        let clio = self.clio_email.as_ref();
        clio.is_some_and(|email| !email.eq_ignore_ascii_case(&self.email))
    }

    /// Whether a filter shows it, seen from `now`.
    pub fn passes(&self, filter: &Filter, now: OffsetDateTime) -> bool {
        fn named(words: &[&str], word: &str) -> bool {
            words.is_empty() || words.contains(&word)
        }
        let statuses: Vec<_> = filter.statuses.iter().map(|it| it.as_str()).collect();
        let roles: Vec<_> = filter.roles.iter().map(|it| it.as_str()).collect();
        let methods: Vec<_> = filter.methods.iter().map(|it| it.as_str()).collect();
        let origins: Vec<_> = filter.origins.iter().map(|it| it.as_str()).collect();
        let texts = [
            folded(&self.first_name),
            folded(&self.last_name),
            folded(&self.email),
            self.clio(),
        ];
        let connected = match filter.connection {
            Connection::Connected => self.unlinked_at.is_none(),
            Connection::Disconnected => self.unlinked_at.is_some(),
            Connection::Either => true,
        };
        let idle = (now - self.last_used_at).as_seconds_f64() / 86_400.0;
        connected
            && named(&statuses, &self.status)
            && named(&roles, &self.role)
            && named(&methods, &self.method)
            && named(&origins, &self.origin)
            && filter
                .reviewed
                .is_none_or(|is| is == self.reviewed_at.is_some())
            && filter.drifted.is_none_or(|has| has == self.has_drifted())
            && filter
                .dormant_days
                .is_none_or(|days| idle > f64::from(days))
            && filter
                .linked_from
                .is_none_or(|day| self.linked_at.date() >= day)
            && filter
                .linked_to
                .is_none_or(|day| self.linked_at.date() <= day)
            && filter
                .words
                .iter()
                .all(|word| texts.iter().any(|text| text.contains(&folded(word))))
    }

    fn rank(&self, sort: Sort) -> Option<usize> {
        let place = |words: &[&str], word: &str| words.iter().position(|it| *it == word);
        match sort {
            Sort::Status => place(
                &["invited", "pending", "active", "suspended", "deleted"],
                &self.status,
            ),
            Sort::Role => place(&["member", "reviewer", "admin", "owner"], &self.role),
            Sort::Method => place(
                &[
                    "first_sign_in",
                    "password",
                    "claim",
                    "code",
                    "linked_sign_in",
                    "administrator",
                    "session",
                ],
                &self.method,
            ),
            Sort::Matched => Some(match self.method.as_str() {
                "first_sign_in" => 0,
                "claim" => 2,
                "session" => 3,
                "administrator" => 4,
                _ => 1,
            }),
            Sort::Drift => Some(usize::from(self.has_drifted())),
            _ => None,
        }
    }

    fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let order = match sort {
            Sort::Person => self.person().cmp(&other.person()),
            Sort::Email => folded(&self.email).cmp(&folded(&other.email)),
            Sort::ClioEmail => self.clio().cmp(&other.clio()),
            Sort::Used => self.last_used_at.cmp(&other.last_used_at),
            Sort::Reviewed => (self.reviewed_at.cmp(&other.reviewed_at))
                .then(self.unreviewed.cmp(&other.unreviewed)),
            _ => self
                .rank(sort)
                .cmp(&other.rank(sort))
                .then(self.linked_at.cmp(&other.linked_at)),
        };
        order.then(self.n.cmp(&other.n))
    }
}

/// The ids that a list shows, in its order.
pub fn expected(
    links: &[Link],
    filter: &Filter,
    sort: Sort,
    direction: Direction,
    now: OffsetDateTime,
) -> Vec<Uuid> {
    let mut shown: Vec<&Link> = links
        .iter()
        .filter(|link| link.passes(filter, now))
        .collect();
    shown.sort_by(|one, other| match direction {
        Direction::Ascending => one.compare(other, sort),
        Direction::Descending => other.compare(one, sort),
    });
    shown.into_iter().map(|link| link.id).collect()
}
