//! The accounts that aren't let in yet.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Asked, From, Who};
use crate::{db::DbResult, domain::account::AccountId};

/// An account that waits.
#[derive(Clone, Debug)]
pub struct WaitingAccount {
    /// The account.
    pub who: Who,
    /// Since when it waits.
    pub since: OffsetDateTime,
    /// Whether policy asks for a code from its mailbox, which lets the person in.
    pub awaits_mailbox: bool,
    /// What Clio says of the person: e-mail, first name, last name.
    pub clio: Option<(Option<String>, String, String)>,
    /// Device and address of the first sign-in.
    pub from: Option<(String, String)>,
    /// More proof that was asked for.
    pub asked: Option<Asked>,
}

struct AccountRow {
    id: Uuid,
    email: String,
    email_verified: bool,
    first_name: String,
    last_name: String,
    role: String,
    status: String,
    since: OffsetDateTime,
    awaits_mailbox: bool,
    clio_email: Option<String>,
    clio_first_name: Option<String>,
    clio_last_name: Option<String>,
    device: Option<String>,
    address: Option<String>,
    asked_at: Option<OffsetDateTime>,
    note: Option<String>,
}

impl AccountRow {
    fn waiting(self) -> DbResult<WaitingAccount> {
        Ok(WaitingAccount {
            who: Who {
                id: AccountId(self.id),
                email: self.email,
                email_verified: self.email_verified,
                first_name: self.first_name,
                last_name: self.last_name,
                role: self.role.parse()?,
                status: self.status.parse()?,
            },
            since: self.since,
            awaits_mailbox: self.awaits_mailbox,
            clio: self
                .clio_first_name
                .zip(self.clio_last_name)
                .map(|(first, last)| (self.clio_email, first, last)),
            from: self.device.zip(self.address),
            asked: self
                .asked_at
                .zip(self.note)
                .map(|(at, note)| Asked { at, note }),
        })
    }
}

/// The accounts that the rest of a query, checked with it at compile time, picks. The first parameter is
/// the domains whose people are let in by a code from their mailbox.
macro_rules! select_accounts {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            AccountRow,
            r#"SELECT
                 a.id,
                 a.email,
                 a.email_verified_at IS NOT NULL AS "email_verified!",
                 a.first_name,
                 a.last_name,
                 a.role,
                 a.status,
                 a.status_changed_at AS since,
                 a.awaits = 'mailbox'
                     AND split_part(lower(a.email COLLATE "C"), '@', 2) = ANY($1::text[])
                     AS "awaits_mailbox!",
                 i.email AS "clio_email?",
                 i.first_name AS "clio_first_name?",
                 i.last_name AS "clio_last_name?",
                 s.device AS "device?",
                 s.address AS "address?",
                 r.asked_at AS "asked_at?",
                 r.note AS "note?"
             FROM accounts a
             LEFT JOIN LATERAL (
                 SELECT email, first_name, last_name
                 FROM identities
                 WHERE account_id = a.id
                 ORDER BY unlinked_at IS NOT NULL, linked_at
                 LIMIT 1
             ) i ON true
             LEFT JOIN LATERAL (
                 SELECT device, address
                 FROM sessions
                 WHERE account_id = a.id
                 ORDER BY created_at
                 LIMIT 1
             ) s ON true
             LEFT JOIN proof_requests r ON r.item_id = a.id
             "# + $rest,
            $($argument),+
        )
    };
}

/// The accounts that wait, oldest first: for an administrator, or, with `by_mailbox`, for a code that lets
/// them in.
pub async fn accounts(
    connection: &mut PgConnection,
    domains: &[String],
    by_mailbox: bool,
    from: From,
    limit: i64,
) -> DbResult<Vec<WaitingAccount>> {
    let mut rows = match from {
        From::After(place) => {
            select_accounts!(
                r#"WHERE a.status = 'pending'
                   AND (a.awaits = 'mailbox'
                        AND split_part(lower(a.email COLLATE "C"), '@', 2) = ANY($1::text[])) = $2
                   AND (a.status_changed_at, a.id) > ($3, $4)
                 ORDER BY a.status_changed_at, a.id
                 LIMIT $5"#,
                domains,
                by_mailbox,
                place.at,
                place.id,
                limit,
            )
            .fetch_all(connection)
            .await?
        }
        From::Before(place) => {
            select_accounts!(
                r#"WHERE a.status = 'pending'
                   AND (a.awaits = 'mailbox'
                        AND split_part(lower(a.email COLLATE "C"), '@', 2) = ANY($1::text[])) = $2
                   AND (a.status_changed_at, a.id) < ($3, $4)
                 ORDER BY a.status_changed_at DESC, a.id DESC
                 LIMIT $5"#,
                domains,
                by_mailbox,
                place.at,
                place.id,
                limit,
            )
            .fetch_all(connection)
            .await?
        }
    };
    if matches!(from, From::Before(_)) {
        rows.reverse();
    }
    rows.into_iter().map(AccountRow::waiting).collect()
}

/// Those of these accounts that still wait.
pub async fn accounts_by_id(
    connection: &mut PgConnection,
    domains: &[String],
    ids: &[Uuid],
) -> DbResult<Vec<WaitingAccount>> {
    let rows = select_accounts!(
        "WHERE a.id = ANY($2)
           AND coalesce(a.status, '') = 'pending'",
        domains,
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(AccountRow::waiting).collect()
}
