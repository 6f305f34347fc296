//! Leaving: an account is suspended whose person left the firm in Clio.

use serde_json::json;
use uuid::Uuid;

use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        manage::{
            differences::{self, Decided},
            firms,
        },
        pool::Transaction,
    },
    domain::{
        account::{AccountId, Role, Status},
        desk::undo::Standing,
        manage::roster::Leavers,
    },
    mail::letters,
    service::{
        ServiceError, Services, in_turns,
        standing::{self, By, Cause, Change},
    },
};

/// How many are carried out in one turn.
const AT_ONCE: i64 = 50;

/// Carries out what the rule says by itself; how much that was.
pub async fn by_itself(
    services: &Services,
    go_on: impl Fn() -> bool,
) -> Result<usize, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let due = differences::by_itself(&mut connection, AT_ONCE).await?;
    connection.give_back();
    let mut done = 0;
    for id in due {
        if !go_on() {
            break;
        }
        done += usize::from(in_turns(|| one(services, id)).await?);
    }
    if done > 0 {
        services.recorded();
        services.mail_wake.notify_one();
    }
    Ok(done)
}

/// Suspends one, decided about anew under the locks: the account first, as everywhere.
async fn one(services: &Services, id: Uuid) -> Result<bool, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let account = differences::account_of(&mut transaction, id).await?;
    let row = match account {
        Some(account) => accounts::lock(&mut transaction, account).await?,
        None => None,
    };
    let waiting = differences::lock(&mut transaction, id).await?;
    let Some(waiting) = waiting.filter(|waiting| waiting.is_automatic) else {
        transaction.roll_back().await?;
        return Ok(false);
    };
    // The rule may be another one since the read.
    let rule = firms::rule(&mut transaction, waiting.firm, None).await?;
    if rule.is_none_or(|row| row.rule.leavers != Leavers::Automatic) {
        differences::leave_to_administrator(&mut transaction, id).await?;
        transaction.commit().await?;
        return Ok(false);
    }
    let connector = firms::find(&mut transaction, waiting.firm).await?;
    let connector = connector.map(|firm| firm.connected_by);
    let row = row.filter(|row| Some(row.id) == waiting.account && may_leave(row, connector));
    let event = match &row {
        Some(row) => suspend(services, &mut transaction, row, By::default()).await?,
        None => None,
    };
    let decided = Decided {
        // Closed, promoted or disconnected meanwhile: there is nothing to do by itself.
        state: if event.is_some() {
            "carried_out"
        } else {
            "settled"
        },
        by: None,
        reason: None,
        event,
    };
    differences::decide(&mut transaction, &waiting, decided, now).await?;
    if event.is_none() {
        let event = NewEvent {
            action: "roster.left",
            account: waiting.account,
            reason: Some(waiting.kind.as_str()),
            detail: Some(json!({ "roster": id })),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// Whether the rule may suspend an account by itself.
fn may_leave(row: &AccountRow, connector: Option<AccountId>) -> bool {
    row.status == Status::Active
        && matches!(row.role, Role::Member | Role::Reviewer)
        && connector.is_some_and(|connector| connector != row.id)
}

/// Suspends an account that the caller holds locked; the event.
pub(super) async fn suspend(
    services: &Services,
    transaction: &mut Transaction,
    row: &AccountRow,
    by: By<'_>,
) -> Result<Option<i64>, ServiceError> {
    let letter = letters::left_firm(&services.config.firm_name);
    let change = Change {
        action: "account.suspended",
        to: Standing {
            status: Status::Suspended,
            since: services.now(),
            until: None,
        },
        undid: None,
        letter: Some(&letter),
        by,
        cause: Some(Cause::LeftFirm),
        replayed: None,
    };
    standing::set(services, transaction, row, &change).await
}
