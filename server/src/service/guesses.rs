//! Limits on guessing and on mailing codes, shared by all nodes.

use std::fmt::Write as _;

use sqlx::PgConnection;
use time::Duration;

use super::{ServiceError, Services, visit::Visit};
use crate::{
    db::guesses::{self, Limit},
    domain::account::{AccountId, SessionId},
};

/// Per account: enough for a person who tries every password they ever had.
const PER_ACCOUNT: Limit = Limit {
    count: 20,
    window: Duration::minutes(15),
};
/// Per address: a whole office may sit behind one.
const PER_ADDRESS: Limit = Limit {
    count: 100,
    window: Duration::minutes(15),
};
/// Guesses at codes per mailbox: several waiting accounts may name the same one.
const PER_MAILBOX: Limit = Limit {
    count: 30,
    window: Duration::days(1),
};
/// Codes mailed per mailbox.
const CODES_PER_MAILBOX: Limit = Limit {
    count: 12,
    window: Duration::days(1),
};

/// Questions to administrators per mailbox.
const CASES_PER_MAILBOX: Limit = Limit {
    count: 10,
    window: Duration::days(1),
};

/// At which door somebody guesses. Each counts by itself: what strangers do at the open door of the
/// sign-in page takes nothing from a person who is signed in, or came from Clio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Somebody with a Clio login, or who waits: the prompt to link, the waiting room.
    Account,
    /// Anybody, on the sign-in page.
    Local,
    /// Somebody who is signed in.
    Confirm,
}

impl Door {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Local => "local",
            Self::Confirm => "confirm",
        }
    }
}

/// Counts a guess at an account's credential; `true` while it is within the limits.
pub(super) async fn allow(
    services: &Services,
    visit: &Visit,
    account: AccountId,
) -> Result<bool, ServiceError> {
    let account = format!("{}:{account}", Door::Account.as_str());
    allow_at(services, visit, &account).await
}

/// Counts a guess of somebody who is signed in; `true` while it is within the limits.
pub(super) async fn allow_in(
    services: &Services,
    visit: &Visit,
    session: SessionId,
) -> Result<bool, ServiceError> {
    let session = format!("{}:{}", Door::Confirm.as_str(), session.0);
    allow_at(services, visit, &session).await
}

/// Counts a guess at the credential of whatever account has an e-mail: by the e-mail, so that it is
/// the same whether one has it or not. `true` while it is within the limits.
pub(super) async fn allow_at_email(
    services: &Services,
    visit: &Visit,
    email: &str,
) -> Result<bool, ServiceError> {
    let email = mailbox(services, Door::Local.as_str(), email);
    allow_at(services, visit, &email).await
}

async fn allow_at(services: &Services, visit: &Visit, bucket: &str) -> Result<bool, ServiceError> {
    let by_address = format!("address:{}", visit.limit_key);
    // An address that is over its limit doesn't use up the account's.
    Ok(count(services, &by_address, PER_ADDRESS).await?
        && count(services, bucket, PER_ACCOUNT).await?)
}

/// Counts a guess at a code that was mailed to a mailbox.
pub(super) async fn allow_at_mailbox(
    services: &Services,
    door: Door,
    email: &str,
) -> Result<bool, ServiceError> {
    let bucket = mailbox(services, &format!("guess-{}", door.as_str()), email);
    count(services, &bucket, PER_MAILBOX).await
}

/// Counts a code that is to be mailed to a mailbox.
pub(super) async fn allow_code_to(
    services: &Services,
    door: Door,
    email: &str,
) -> Result<bool, ServiceError> {
    let bucket = mailbox(services, &format!("code-{}", door.as_str()), email);
    count(services, &bucket, CODES_PER_MAILBOX).await
}

/// Counts a request of an address for a code, whatever the mailbox.
pub(super) async fn allow_code_from(
    services: &Services,
    visit: &Visit,
) -> Result<bool, ServiceError> {
    let by_address = format!("codes:{}", visit.limit_key);
    count(services, &by_address, PER_ADDRESS).await
}

/// Counts a question to an administrator in the transaction that puts it, which is to be undone where
/// this is `false`: what is being asked already doesn't count again.
pub(super) async fn allow_case(
    services: &Services,
    visit: &Visit,
    connection: &mut PgConnection,
    email: &str,
) -> Result<bool, ServiceError> {
    let now = services.now();
    let by_address = format!("cases:{}", visit.limit_key);
    let by_mailbox = mailbox(services, "case", email);
    Ok(
        guesses::count(connection, &by_address, PER_ADDRESS, now).await?
            && guesses::count(connection, &by_mailbox, CASES_PER_MAILBOX, now).await?,
    )
}

async fn count(services: &Services, bucket: &str, limit: Limit) -> Result<bool, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let allowed = guesses::count(&mut connection, bucket, limit, services.now()).await?;
    connection.give_back();
    Ok(allowed)
}

/// A bucket that names a mailbox without saying which.
fn mailbox(services: &Services, what: &str, email: &str) -> String {
    let folded = email.to_ascii_lowercase();
    let hash = services
        .config
        .master_key
        .authenticate("mailbox bucket", &[folded.as_bytes()]);
    let (left, _) = hash.split_at(16);
    left.iter().fold(format!("{what}:"), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
