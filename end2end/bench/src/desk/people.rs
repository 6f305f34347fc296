//! Links drawn from the database, whose names are searched for and in whose places pages begin.

use sqlx::{FromRow, PgConnection};

use super::chance::Chance;

/// A link, and the texts of its times.
#[derive(Debug, FromRow)]
pub(crate) struct Person {
    n: i32,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    email: String,
    profile: i16,
    folded_name: String,
    folded_email: String,
    clio_email: String,
    /// Microseconds since 1970, as the others.
    linked: i64,
    used: i64,
    reviewed: i64,
    pub(crate) linked_on: String,
    /// Days some time after `linked_on`.
    later: Vec<String>,
}

/// Some people, the same in each run.
pub(crate) async fn draw(
    database: &mut PgConnection,
    chance: &mut Chance,
    count: usize,
) -> anyhow::Result<Vec<Person>> {
    let most: i32 = sqlx::query_scalar("SELECT max(n) FROM desk_links")
        .fetch_one(&mut *database)
        .await?;
    let most = usize::try_from(most)?;
    let numbers = (0..count).map(|_| i32::try_from(1 + chance.below(most)));
    let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
    let people = sqlx::query_as(
        "SELECT
             link.n,
             accounts.first_name,
             accounts.last_name,
             accounts.email,
             link.profile,
             link.person AS folded_name,
             link.email AS folded_email,
             link.clio_email,
             (extract(epoch FROM link.linked_at) * 1000000)::bigint AS linked,
             (extract(epoch FROM desk_uses.last_used_at) * 1000000)::bigint AS used,
             (extract(epoch FROM link.reviewed_at) * 1000000)::bigint AS reviewed,
             to_char(link.linked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS linked_on,
             ARRAY(
                 SELECT to_char(link.linked_at AT TIME ZONE 'UTC' + days * interval '1 day', 'YYYY-MM-DD')
                 FROM unnest(ARRAY[0, 6, 30, 90, 365, 1000]) AS days
             ) AS later
         FROM desk_links AS link
         JOIN desk_uses ON desk_uses.n = link.n
         JOIN identities ON identities.id = link.id
         JOIN accounts ON accounts.id = identities.account_id
         WHERE link.n = ANY ($1)
           AND link.gone = 0
         ORDER BY link.n",
    )
    .bind(numbers)
    .fetch_all(database)
    .await?;
    Ok(people)
}

impl Person {
    /// From three to seven characters of a name, or of the e-mail.
    pub(crate) fn part(&self, chance: &mut Chance) -> String {
        let texts = [&self.first_name, &self.last_name, &self.email];
        let text = texts.get(chance.below(3)).copied().unwrap_or(&self.email);
        let letters: Vec<char> = text.chars().collect();
        let length = (3 + chance.below(5)).min(letters.len());
        let begin = chance.below(letters.len() - length + 1);
        letters.iter().skip(begin).take(length).collect()
    }

    /// A day from the same as it was linked on to some years later.
    pub(crate) fn some_time_later(&self, chance: &mut Chance) -> String {
        let day = self.later.get(chance.below(self.later.len()));
        day.unwrap_or(&self.linked_on).clone()
    }

    /// The place of the link in a list sorted by a column, as URLs say it.
    pub(crate) fn place(&self, sorted_by: &str) -> String {
        let part = |shift: u32, mask: i16| (self.profile >> shift) & mask;
        let proof = part(5, 7);
        let rank = match sorted_by {
            "status" => part(0, 7),
            "role" => part(3, 3),
            "proof" => proof,
            "matched" => match proof {
                0 => 0,
                2 => 2,
                6 => 3,
                5 => 4,
                _ => 1,
            },
            "drift" => part(10, 1),
            _ => 0,
        };
        let key = match sorted_by {
            "person" => format!("~{}", self.folded_name),
            "email" => format!("~{}", self.folded_email),
            "clio_email" => format!("~{}", self.clio_email),
            "used" => self.used.to_string(),
            "reviewed" => self.reviewed.to_string(),
            _ => self.linked.to_string(),
        };
        format!("{rank}.{}.{key}", self.n)
    }
}
