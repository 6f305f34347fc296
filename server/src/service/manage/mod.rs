//! Clio Manage: being granted access by people, what that says of them, and keeping it good.
//!
//! Tokens are sealed before they are stored, opened where a question is put, and never shown, logged or
//! handed out of here.

pub mod connecting;
pub mod keeping;
pub mod own;
pub mod roster;
mod settling;
mod tokens;

use super::{ServiceError, Services};
use crate::{
    db::manage::grants,
    domain::{admission::Firms, manage::region::FirmKey},
};

/// The firms whose members are admitted, as the policy says; none where it is another one.
async fn our_firms(
    services: &Services,
    connection: &mut sqlx::PgConnection,
) -> Result<Vec<FirmKey>, ServiceError> {
    Ok(
        match services.config.admission.firm().map(|firm| &firm.firms) {
            None => Vec::new(),
            Some(Firms::Listed(firms)) => firms.clone(),
            Some(Firms::OfFirstOwner) => {
                let firm = grants::first_owners_firm(connection).await?;
                firm.into_iter().collect()
            }
        },
    )
}
