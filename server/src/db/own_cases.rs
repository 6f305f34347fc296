//! Cases as the people see them whom they are about.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{DbResult, cases::Kind};
use crate::domain::{account::AccountId, login::Login};

/// More proof that an administrator asks for before they decide.
#[derive(Debug)]
pub struct MoreAsked {
    /// When.
    pub at: OffsetDateTime,
    /// What they wrote; may be empty.
    pub note: String,
}

/// A question to an administrator, as the person who asked sees it.
#[derive(Debug)]
pub struct Asked {
    /// When.
    pub at: OffsetDateTime,
    /// What the person reads to an administrator.
    pub reference: String,
    /// Whether it was decided against.
    pub declined: bool,
    /// More proof that is asked for.
    pub more: Option<MoreAsked>,
}

/// The newest question about linking a login to an account, unless what it asked for was done.
pub async fn asked(
    connection: &mut PgConnection,
    account: AccountId,
    login: &Login,
) -> DbResult<Option<Asked>> {
    let row = sqlx::query!(
        r#"SELECT
             c.created_at,
             c.reference,
             c.outcome,
             r.asked_at AS "asked_at?",
             r.note AS "note?"
         FROM cases c
         LEFT JOIN proof_requests r ON r.item_id = c.id
         WHERE c.kind = 'link_asked'
           AND c.account_id = $1
           AND c.issuer = $2
           AND c.subject = $3
         ORDER BY c.created_at DESC
         LIMIT 1"#,
        account.0,
        login.issuer,
        login.subject,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|row| {
        match row.outcome.as_deref() {
            None => Some(false),
            Some("declined") => Some(true),
            Some(_) => None,
        }
        .map(|declined| Asked {
            at: row.created_at,
            reference: row.reference,
            declined,
            more: row
                .asked_at
                .zip(row.note)
                .map(|(at, note)| MoreAsked { at, note }),
        })
    }))
}

/// A question about an account that an administrator hasn't decided.
#[derive(Debug)]
pub struct Open {
    /// What it is about.
    pub kind: Kind,
    /// What the person reads to an administrator.
    pub reference: String,
    /// Since when it waits.
    pub at: OffsetDateTime,
}

/// What waits for an administrator about an account, the oldest first; at most 20.
pub async fn open_of(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<Open>> {
    let rows = sqlx::query!(
        "SELECT kind, reference, created_at
         FROM cases
         WHERE account_id = $1
           AND coalesce(settled_at, 'infinity') = 'infinity'
         ORDER BY created_at, id
         LIMIT 20",
        account.0,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Open {
                kind: row.kind.parse()?,
                reference: row.reference,
                at: row.created_at,
            })
        })
        .collect()
}
