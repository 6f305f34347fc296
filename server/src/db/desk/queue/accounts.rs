//! The accounts that aren't let in yet.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Asked, From, Who};
use crate::{
    db::DbResult,
    domain::{account::AccountId, manage::region::FirmKey},
};

/// An account that waits.
#[derive(Clone, Debug)]
pub struct WaitingAccount {
    /// The account.
    pub who: Who,
    /// Since when it waits.
    pub since: OffsetDateTime,
    /// What lets the person in without an administrator, where the policy has such a thing.
    pub itself_by: Option<ItselfBy>,
    /// What Clio Manage said of the person, where they asked it.
    pub manage: Option<ManageSaid>,
    /// What Clio says of the person: e-mail, first name, last name.
    pub clio: Option<(Option<String>, String, String)>,
    /// Device and address of the first sign-in.
    pub from: Option<(String, String)>,
    /// More proof that was asked for.
    pub asked: Option<Asked>,
}

/// What lets people in without an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItselfBy {
    /// A code from their mailbox.
    Mailbox,
    /// Showing that they belong to the firm.
    Membership,
}

/// What Clio Manage said of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManageSaid {
    /// The firm.
    pub firm: FirmKey,
    /// Its name.
    pub firm_name: String,
    /// First name of the user who granted.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their e-mail.
    pub email: Option<String>,
    /// Whether they own the firm's account at Clio.
    pub is_owner: bool,
    /// Why they weren't let in, in the word that is stored.
    pub reason: Option<String>,
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
    lets_itself_in: bool,
    awaits_membership: bool,
    manage_region: Option<String>,
    manage_firm: Option<i64>,
    manage_firm_name: Option<String>,
    manage_first_name: Option<String>,
    manage_last_name: Option<String>,
    manage_email: Option<String>,
    manage_is_owner: Option<bool>,
    manage_reason: Option<String>,
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
        let manage = match (self.manage_region, self.manage_firm) {
            (Some(region), Some(number)) => Some(ManageSaid {
                firm: FirmKey {
                    region: region.parse()?,
                    number,
                },
                firm_name: self.manage_firm_name.unwrap_or_default(),
                first_name: self.manage_first_name.unwrap_or_default(),
                last_name: self.manage_last_name.unwrap_or_default(),
                email: self.manage_email,
                is_owner: self.manage_is_owner.unwrap_or(false),
                reason: self.manage_reason,
            }),
            _ => None,
        };
        let itself_by = if self.awaits_membership {
            ItselfBy::Membership
        } else {
            ItselfBy::Mailbox
        };
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
            itself_by: self.lets_itself_in.then_some(itself_by),
            manage,
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
/// what people who let themselves in wait for
/// ([`Admission::by_themselves`](crate::domain::admission::Admission::by_themselves)).
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
                 CASE a.awaits
                     WHEN 'mailbox' THEN split_part(lower(a.email COLLATE "C"), '@', 2)
                     ELSE a.awaits
                 END = ANY($1::text[]) AS "lets_itself_in!",
                 a.awaits = 'membership' AS "awaits_membership!",
                 m.region AS "manage_region?",
                 m.firm_number AS "manage_firm?",
                 m.firm_name AS "manage_firm_name?",
                 m.first_name AS "manage_first_name?",
                 m.last_name AS "manage_last_name?",
                 m.email AS "manage_email?",
                 m.is_owner AS "manage_is_owner?",
                 m.state_reason AS "manage_reason?",
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
             LEFT JOIN LATERAL (
                 SELECT region, firm_number, firm_name, first_name, last_name, email, is_owner, state_reason
                 FROM manage_grants
                 WHERE account_id = a.id
                 ORDER BY granted_at DESC
                 LIMIT 1
             ) m ON true
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
    themselves: &[String],
    by_mailbox: bool,
    from: From,
    limit: i64,
) -> DbResult<Vec<WaitingAccount>> {
    let mut rows = match from {
        From::After(place) => {
            select_accounts!(
                r#"WHERE a.status = 'pending'
                   AND (CASE a.awaits
                        WHEN 'mailbox' THEN split_part(lower(a.email COLLATE "C"), '@', 2)
                        ELSE a.awaits
                    END = ANY($1::text[])) = $2
                   AND (a.status_changed_at, a.id) > ($3, $4)
                 ORDER BY a.status_changed_at, a.id
                 LIMIT $5"#,
                themselves,
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
                   AND (CASE a.awaits
                        WHEN 'mailbox' THEN split_part(lower(a.email COLLATE "C"), '@', 2)
                        ELSE a.awaits
                    END = ANY($1::text[])) = $2
                   AND (a.status_changed_at, a.id) < ($3, $4)
                 ORDER BY a.status_changed_at DESC, a.id DESC
                 LIMIT $5"#,
                themselves,
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
    themselves: &[String],
    ids: &[Uuid],
) -> DbResult<Vec<WaitingAccount>> {
    let rows = select_accounts!(
        "WHERE a.id = ANY($2)
           AND coalesce(a.status, '') = 'pending'",
        themselves,
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(AccountRow::waiting).collect()
}
