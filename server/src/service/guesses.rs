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
/// Guesses at mailed codes, however many were mailed.
const AT_CODES: Limit = Limit {
    count: 30,
    window: Duration::days(1),
};
/// Codes mailed because one and the same asked.
const CODES: Limit = Limit {
    count: 12,
    window: Duration::days(1),
};
/// Codes mailed to a mailbox, whoever asked: more than one client gets, so that none uses them up.
const CODES_ALTOGETHER: Limit = Limit {
    count: 36,
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
    /// Somebody with a Clio login, at the prompt to link.
    Account,
    /// Somebody in the waiting room, whose mailbox may be another person's.
    Waiting,
    /// Anybody, on the sign-in page.
    Local,
    /// Somebody who is signed in.
    Confirm,
}

impl Door {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Waiting => "waiting",
            Self::Local => "local",
            Self::Confirm => "confirm",
        }
    }
}

/// Counts a guess at an account's credential; `true` while it is within the limits.
pub(super) async fn allow(
    services: &Services,
    visit: &Visit,
    door: Door,
    account: AccountId,
) -> Result<bool, ServiceError> {
    let account = format!("{}:{account}", door.as_str());
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

/// Whose mailed codes are counted together.
#[derive(Clone, Copy, Debug)]
pub(super) enum CodesOf<'a> {
    /// A mailbox: several prompts, or several people who wait, may name the same one.
    Mailbox(Door, &'a str),
    /// Somebody who is signed in. As long as nothing proves that the mailbox is theirs, it may be
    /// another person's, from whom they take nothing.
    Account(AccountId),
}

impl CodesOf<'_> {
    fn bucket(self, services: &Services, what: &str) -> String {
        match self {
            Self::Mailbox(door, email) => {
                mailbox(services, &format!("{what}-{}", door.as_str()), email)
            }
            Self::Account(account) => format!("{what}-{}:{account}", Door::Confirm.as_str()),
        }
    }
}

/// Counts a guess at a mailed code; `true` while it is within the limit.
pub(super) async fn allow_at_code(
    services: &Services,
    codes: CodesOf<'_>,
) -> Result<bool, ServiceError> {
    count(services, &codes.bucket(services, "guess"), AT_CODES).await
}

/// Counts a code in the transaction that mails it, which is to be undone where this is `false`: only
/// codes that are mailed count.
pub(super) async fn allow_code(
    services: &Services,
    connection: &mut PgConnection,
    codes: CodesOf<'_>,
) -> Result<bool, ServiceError> {
    let bucket = codes.bucket(services, "code");
    Ok(guesses::count(connection, &bucket, CODES, services.now()).await?)
}

/// The same for a code that a client has mailed to a mailbox. What one client asks for leaves others
/// their share of the mailbox.
pub(super) async fn allow_code_to(
    services: &Services,
    visit: &Visit,
    connection: &mut PgConnection,
    door: Door,
    email: &str,
) -> Result<bool, ServiceError> {
    let now = services.now();
    let altogether = CodesOf::Mailbox(door, email).bucket(services, "code");
    let by_address = format!("{altogether}:{}", visit.limit_key);
    Ok(guesses::count(connection, &by_address, CODES, now).await?
        && guesses::count(connection, &altogether, CODES_ALTOGETHER, now).await?)
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
