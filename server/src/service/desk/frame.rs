//! What stands around every page of the desk.

use crate::{
    db::desk::waiting,
    service::{ServiceError, Services},
};

/// How many people and questions wait for a decision, up to `most`.
pub async fn waiting(services: &Services, most: u32) -> Result<u32, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let themselves = services.config.admission.by_themselves();
    let count = waiting::count(&mut connection, themselves, i64::from(most)).await?;
    connection.give_back();
    Ok(u32::try_from(count).unwrap_or(most))
}
