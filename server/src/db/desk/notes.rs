//! What administrators wrote, each text beside the event of the audit that it belongs to.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, IdentityId},
        desk::remark::Remark,
    },
};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Written for itself.
    Note,
    /// Why something was done.
    Reason,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Reason => "reason",
        }
    }
}

/// A text to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewNote<'a> {
    /// The event that it belongs to.
    pub event: i64,
    /// The account that it is about.
    pub account: AccountId,
    /// The link that it is about.
    pub identity: Option<IdentityId>,
    /// Who wrote it; `None` for the operator.
    pub author: Option<AccountId>,
    /// What it is.
    pub kind: Kind,
    /// The text.
    pub text: &'a Remark,
}

/// Keeps a text.
pub async fn put(
    connection: &mut PgConnection,
    note: &NewNote<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO desk_notes
             (event_id, account_id, identity_id, author_account_id, kind, text, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        note.event,
        note.account.0,
        note.identity.map(|identity| identity.0),
        note.author.map(|author| author.0),
        note.kind.as_str(),
        note.text.as_str(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
