//! Who sits at the desk, and whose accounts lie on it.

use http::StatusCode;
use uuid::Uuid;
use vestibule::service::desk::duplicates::finder::{self, Turn};

use crate::harness::{Browser, Reply, Site, signed_in, sql, text};

/// Somebody of a role, who has signed in just now; `subject` names their login.
pub async fn at_desk(site: &Site, subject: &str, role: &str) -> Browser {
    if site.account_of(subject).await.is_none() {
        let known = site.clio.people().into_iter();
        let mut emails = known.filter(|person| person.subject == subject);
        let email = emails.next().and_then(|person| person.email).unwrap();
        let account = site.linked(subject, &email).await;
        let names = format!(
            "UPDATE accounts
             SET role = '{role}', first_name = 'Desk {subject}', last_name = 'Of {role}'
             WHERE id = '{account}'"
        );
        sql(site, &names).await;
    }
    signed_in(site, subject).await
}

/// An administrator.
pub async fn admin(site: &Site) -> Browser {
    at_desk(site, "ikram", "admin").await
}

/// An active account of a member, whose e-mail was proved.
pub async fn person(site: &Site, first_name: &str, last_name: &str, email: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO accounts (first_name, last_name, email, email_verified_at, welcomed_at)
         VALUES ($1, $2, $3, now(), now())
         RETURNING id",
    )
    .bind(first_name)
    .bind(last_name)
    .bind(email)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// The same, whose e-mail nobody has proved, and which waits for an administrator.
pub async fn waiting(site: &Site, first_name: &str, last_name: &str, email: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO accounts (first_name, last_name, email, status)
         VALUES ($1, $2, $3, 'pending')
         RETURNING id",
    )
    .bind(first_name)
    .bind(last_name)
    .bind(email)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// Links a login to an account.
pub async fn login(site: &Site, account: Uuid, subject: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO identities (account_id, issuer, subject, email)
         VALUES ($1, $2, $3, $3 || '@clio.test')
         RETURNING id",
    )
    .bind(account)
    .bind(site.services.clio.issuer())
    .bind(subject)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// Lets the search come to the end of all accounts, and says how many turns it took.
pub async fn search(site: &Site) -> usize {
    for turn in 1..200 {
        match finder::turn(&site.services).await.unwrap() {
            Turn::Ended => return turn,
            Turn::Compared | Turn::Nothing => {}
            Turn::Elsewhere => panic!("nobody else searches"),
        }
    }
    panic!("the search doesn't end");
}

/// The pairs that were found, as `EMAIL EMAIL SCORE REASONS` each, sorted.
pub async fn pairs(site: &Site) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT least(one.email, other.email) || ' ' || greatest(one.email, other.email) || ' '
                || c.score || ' ' || array_to_string(c.reasons, ',')
         FROM duplicate_candidates c
         JOIN accounts one ON one.id = c.a
         JOIN accounts other ON other.id = c.b
         ORDER BY 1",
    )
    .fetch_all(&site.pool)
    .await
    .unwrap()
}

/// Which account stays, which goes, and whose facts are taken: `into` or `from`.
#[derive(Clone, Copy, Debug)]
pub struct Merge {
    pub into: Uuid,
    pub from: Uuid,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
}

impl Merge {
    /// All facts of the account that stays.
    pub const fn of(into: Uuid, from: Uuid) -> Self {
        Self {
            into,
            from,
            first_name: "into",
            last_name: "into",
            email: "into",
        }
    }

    /// The fields of its form, for what somebody has seen of the two.
    pub fn fields(&self, seen: &str) -> Vec<(&'static str, String)> {
        let of = |which: &str| match which {
            "into" => self.into.to_string(),
            _ => self.from.to_string(),
        };
        vec![
            ("a", self.into.to_string()),
            ("b", self.from.to_string()),
            ("into", self.into.to_string()),
            ("first_name_of", of(self.first_name)),
            ("last_name_of", of(self.last_name)),
            ("email_of", of(self.email)),
            ("seen", seen.to_owned()),
        ]
    }

    /// Where the two stand side by side.
    pub fn page(&self) -> String {
        format!("/admin/duplicates/{}/{}", self.into, self.from)
    }

    /// Where the form comes back to with a problem.
    pub fn problem(&self, code: &str) -> String {
        format!("{}?problem={code}", self.page())
    }
}

/// What a page says that somebody has seen of two accounts.
pub async fn seen(browser: &Browser, merge: &Merge) -> String {
    let reply = browser.get(&merge.page()).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    let (_, rest) = reply.body.split_once("name=\"seen\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Sends fields that were made.
pub async fn send(browser: &Browser, path: &str, fields: &[(&'static str, String)]) -> Reply {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.post_form(path, &fields).await
}

/// Looks at two accounts, and merges them.
pub async fn merge(browser: &Browser, merge: &Merge) -> Reply {
    let seen = seen(browser, merge).await;
    send(browser, "/admin/duplicates/merge", &merge.fields(&seen)).await
}

/// A row of a table, as text.
pub async fn row(site: &Site, table: &str, id: Uuid) -> String {
    let query = format!("SELECT {table}::text FROM {table} WHERE id = '{id}'");
    text(site, &query).await.unwrap()
}
