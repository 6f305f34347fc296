//! Limits on guessing, shared by all nodes.

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

/// Counts a guess at an account's credential; `true` while it is within the limits.
pub(super) async fn allow(
    services: &Services,
    visit: &Visit,
    account: AccountId,
) -> Result<bool, ServiceError> {
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let by_address = format!("address:{}", visit.limit_key);
    let by_account = format!("account:{account}");
    let address_ok = guesses::count(&mut connection, &by_address, PER_ADDRESS, now).await?;
    let account_ok = guesses::count(&mut connection, &by_account, PER_ACCOUNT, now).await?;
    Ok(address_ok && account_ok)
}
