//! What dies with a change of what opens an account.

use sqlx::PgConnection;

use super::{ServiceError, Services};
use crate::{
    db::{claims, codes, links, sign_in_codes},
    domain::account::AccountId,
};

/// Ends every proof of an account that is under way: pending links, mailed codes, one-time links. To
/// be called with each change of its password, its e-mail or its logins, with the account locked.
pub(super) async fn changed(
    services: &Services,
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<(), ServiceError> {
    links::close_of_account(connection, account, services.now()).await?;
    codes::forget_of_account(connection, account).await?;
    sign_in_codes::forget_of_account(connection, account).await?;
    claims::forget_of_account(connection, account).await?;
    Ok(())
}
