//! Two accounts side by side.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::apart::in_order;
use crate::{
    db::{
        accounts::{self, AccountRow},
        desk::{
            duplicates::pairs::{self, Finding},
            merging,
        },
        identities::{self, IdentityRow},
        links, own_sessions, passwords,
    },
    domain::{
        account::AccountId,
        desk::merging::{Obstacle, Party, may_be_taken_in, may_take_in},
    },
    secrets::digest,
    service::{ServiceError, Services},
};

/// One of the two.
#[derive(Debug)]
pub struct Side {
    /// The account.
    pub account: AccountRow,
    /// What opens it, newest first.
    pub logins: Vec<IdentityRow>,
    /// Whether it has a password.
    pub has_password: bool,
    /// How many sessions are alive.
    pub sessions: usize,
    /// The last sign-in.
    pub last_sign_in: Option<OffsetDateTime>,
    /// Why it can't take the other one in.
    pub take_in: Result<(), Obstacle>,
    /// Why it can't be merged into the other one.
    pub be_taken_in: Result<(), Obstacle>,
}

/// Both, and what was found of them.
#[derive(Debug)]
pub struct Comparison {
    /// The one that was asked for first.
    pub a: Side,
    /// The other.
    pub b: Side,
    /// What the search found.
    pub finding: Option<Finding>,
    /// What both are like now; see [`seen`].
    pub seen: String,
}

/// Two accounts side by side; `None` when there are no two such accounts.
pub async fn compare(
    services: &Services,
    a: AccountId,
    b: AccountId,
) -> Result<Option<Comparison>, ServiceError> {
    if a == b {
        return Ok(None);
    }
    let mut connection = services.pool.acquire().await?;
    let one = accounts::find(&mut connection, a).await?;
    let other = accounts::find(&mut connection, b).await?;
    let (Some(one), Some(other)) = (one, other) else {
        connection.give_back();
        return Ok(None);
    };
    let seen = seen(&mut connection, [&one, &other]).await?;
    let finding = pairs::find(&mut connection, in_order(a, b)).await?;
    let a = side(services, &mut connection, one).await?;
    let b = side(services, &mut connection, other).await?;
    connection.give_back();
    Ok(Some(Comparison {
        a,
        b,
        finding,
        seen,
    }))
}

async fn side(
    services: &Services,
    connection: &mut PgConnection,
    account: AccountRow,
) -> Result<Side, ServiceError> {
    let now = services.now();
    let idle = Duration::try_from(services.config.sessions.idle).unwrap_or(Duration::MAX);
    let id = account.id;
    let party = party(connection, &account).await?;
    let recent = own_sessions::recent(connection, id).await?;
    Ok(Side {
        logins: identities::of_account(connection, id).await?,
        has_password: passwords::hash(connection, id).await?.is_some(),
        sessions: own_sessions::open(connection, id, now, idle).await?.len(),
        last_sign_in: recent.first().map(|sign_in| sign_in.created_at),
        take_in: may_take_in(party),
        be_taken_in: may_be_taken_in(party),
        account,
    })
}

/// An account as the rules of merging see it.
pub(super) async fn party(
    connection: &mut PgConnection,
    account: &AccountRow,
) -> Result<Party, ServiceError> {
    Ok(Party {
        role: account.role,
        status: account.status,
        email_verified: account.email_verified,
        is_disputed: merging::is_disputed(connection, account.id).await?,
    })
}

/// A digest of all that somebody sees who compares two accounts and that a merge rests on: whoever decides
/// sends it along, and what has changed since isn't decided about.
pub(super) async fn seen(
    connection: &mut PgConnection,
    accounts: [&AccountRow; 2],
) -> Result<String, ServiceError> {
    let mut ordered = accounts;
    ordered.sort_by_key(|account| account.id.0);
    let mut text = String::new();
    for account in ordered {
        let credentials = links::credentials(connection, account.id).await?;
        let facts = [
            &account.id.to_string(),
            account.first_name.as_str(),
            account.last_name.as_str(),
            account.email.as_str(),
            account.role.as_str(),
            account.status.as_str(),
            &URL_SAFE_NO_PAD.encode(credentials),
        ];
        // No name holds a line break.
        text.push_str(&facts.join("\n"));
        text.push('\n');
    }
    Ok(URL_SAFE_NO_PAD.encode(digest(&text)))
}
