//! Limits on guessing and on mailing codes, shared by all nodes.

use std::fmt::Write as _;

use time::Duration;

use super::{ServiceError, Services, visit::Visit};
use crate::{
    db::guesses::{self, Limit},
    domain::account::AccountId,
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

/// Counts a guess at an account's credential; `true` while it is within the limits.
pub(super) async fn allow(
    services: &Services,
    visit: &Visit,
    account: AccountId,
) -> Result<bool, ServiceError> {
    let by_address = format!("address:{}", visit.limit_key);
    let by_account = format!("account:{account}");
    // An address that is over its limit doesn't use up the account's.
    Ok(count(services, &by_address, PER_ADDRESS).await?
        && count(services, &by_account, PER_ACCOUNT).await?)
}

/// Counts a guess at a code that was mailed to a mailbox.
pub(super) async fn allow_at_mailbox(
    services: &Services,
    email: &str,
) -> Result<bool, ServiceError> {
    count(services, &mailbox(services, "guess", email), PER_MAILBOX).await
}

/// Counts a code that is to be mailed to a mailbox.
pub(super) async fn allow_code_to(services: &Services, email: &str) -> Result<bool, ServiceError> {
    count(
        services,
        &mailbox(services, "code", email),
        CODES_PER_MAILBOX,
    )
    .await
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
