//! Suspensions that end by themselves.

use super::{
    ServiceError, Services,
    standing::{self, By, Change},
};
use crate::{
    db::{accounts, standing as standings},
    domain::{
        account::{AccountId, Status},
        desk::undo::Standing,
    },
};

/// How many accounts are opened in one turn of the sweeper.
const BATCH: i64 = 200;

/// Opens the accounts whose suspension is over, each with its place in the record and a mail. Of two nodes
/// at once each account is opened by one.
pub(super) async fn sweep(services: &Services) -> Result<(), ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let due = standings::due(&mut connection, services.now(), BATCH).await?;
    connection.give_back();
    for account in due {
        reopen(services, account).await?;
    }
    Ok(())
}

async fn reopen(services: &Services, account: AccountId) -> Result<(), ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let row = accounts::lock(&mut transaction, account).await?;
    // Under the lock: an administrator or another node may have been quicker.
    let is_over = standings::of(&mut transaction, account)
        .await?
        .is_some_and(|standing| {
            standing.status == Status::Suspended && standing.until.is_some_and(|until| until <= now)
        });
    let Some(row) = row.filter(|_| is_over) else {
        transaction.roll_back().await?;
        return Ok(());
    };
    let to = Standing {
        status: Status::Active,
        since: now,
        until: None,
    };
    let change = Change {
        action: "account.suspension_ended",
        to,
        undid: None,
        letter: Some(&standing::letter(services, to)),
        by: By::default(),
        cause: None,
        replayed: None,
    };
    standing::set(services, &mut transaction, &row, &change).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(())
}
