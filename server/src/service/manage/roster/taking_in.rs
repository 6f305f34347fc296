//! Taking in what a whole read found, in one transaction: who is there, and what differs.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use uuid::Uuid;

use super::reading::reader;
use crate::{
    db::{
        audit::{self, NewEvent},
        manage::{
            differences::{self, Found},
            firms::{self, Firm},
            people, reads,
        },
    },
    domain::{
        account::{AccountId, Status},
        email::Email,
        manage::{
            membership::ClioUser,
            roster::{Account, Difference, Ending, Failure, compare, is_whole, waits},
        },
    },
    random,
    service::{ServiceError, Services},
};

/// Takes in what a read found.
///
/// # Errors
/// In the inner result, why nothing is taken in: somebody may be missing, or whoever granted the read can no
/// longer sign in at Clio Manage.
pub(super) async fn take_in(
    services: &Services,
    read: Uuid,
    firm: &Firm,
) -> Result<Result<(), Failure>, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    // Disconnected, or another one's turn.
    let is_due = firms::lock(&mut transaction, firm.id).await?.is_some()
        && reads::under_way(&mut transaction, firm.id).await? == Some(read);
    if !is_due {
        transaction.roll_back().await?;
        return Ok(Ok(()));
    }
    let found = reads::found(&mut transaction, read, firm.key, &firm.name).await?;
    let numbers: Vec<i64> = found.iter().map(|user| user.number).collect();
    let total = reads::total(&mut transaction, read).await?;
    let reader = reader(&mut transaction, firm).await?;
    if !reader.is_some_and(|reader| is_whole(&numbers, total, reader)) {
        transaction.roll_back().await?;
        return Ok(Err(Failure::Senseless));
    }
    let is_off = |user: &ClioUser| Some(user.number) == reader && !user.is_enabled;
    if found.iter().any(is_off) {
        transaction.roll_back().await?;
        return Ok(Err(Failure::Reconnect));
    }
    let users: Vec<&ClioUser> = found.iter().filter(|user| !user.is_portal).collect();
    let known = people::known(&mut transaction, firm.id).await?;
    let there: HashMap<i64, &ClioUser> = users.iter().map(|user| (user.number, *user)).collect();
    let everybody: HashSet<i64> = known.keys().chain(there.keys()).copied().collect();
    let mut everybody: Vec<i64> = everybody.into_iter().collect();
    everybody.sort_unstable();
    let keys: Vec<String> = everybody
        .iter()
        .map(|number| {
            let email = there.get(number).and_then(|user| user.email.as_ref());
            email.map(Email::key).unwrap_or_default()
        })
        .collect();
    let region = firm.key.region;
    let mut accounts =
        people::accounts(&mut transaction, firm.id, region, &everybody, &keys).await?;
    stay(&there, &mut accounts);
    let differences: Vec<(i64, Difference)> = everybody
        .iter()
        .flat_map(|number| {
            let found = compare(
                known.get(number),
                there.get(number).copied(),
                accounts.get(number),
            );
            found
                .into_iter()
                .map(move |difference| (*number, difference))
        })
        .collect();
    let rule = firms::rule(&mut transaction, firm.id, None).await?;
    let rule = rule.map(|row| row.rule).ok_or(ServiceError::Overtaken)?;
    let (leavers, in_use) = crowd(&differences, &accounts);
    let is_exceeded = rule.is_exceeded(leavers, in_use);
    let account_of = |number| accounts.get(&number).map(|account| account.id);
    people::take_in(&mut transaction, firm.id, &users, account_of, now).await?;
    let mut kept = Vec::with_capacity(differences.len());
    for (number, difference) in &differences {
        let account = accounts.get(number);
        let found = Found {
            id: random::id(now)?,
            number: *number,
            account: account.map(|account| account.id),
            difference,
            why: waits(difference, account, firm.connected_by, rule, is_exceeded),
        };
        differences::put(&mut transaction, firm.id, read, &found, now).await?;
        kept.push((*number, difference.kind()));
    }
    differences::settle(&mut transaction, firm.id, &kept, now).await?;
    if is_exceeded {
        let counted = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let exceeded = (counted(leavers), counted(in_use), i16::from(rule.threshold));
        reads::note_exceeded(&mut transaction, read, exceeded).await?;
    }
    reads::took_in(&mut transaction, read, users.len()).await?;
    reads::end(&mut transaction, read, Ending::Whole, None, now).await?;
    firms::set_told(&mut transaction, firm.id, None).await?;
    let event = NewEvent {
        action: "roster.read",
        detail: Some(json!({
            "firm": firm.key.to_string(),
            "people": users.len(),
            "differences": differences.len(),
            "leavers": leavers,
        })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

/// Notes whose person the read found with a login that is on: an account may be that of several users.
fn stay(there: &HashMap<i64, &ClioUser>, accounts: &mut HashMap<i64, Account>) {
    let stays: HashSet<AccountId> = there
        .values()
        .filter(|user| user.is_enabled)
        .filter_map(|user| accounts.get(&user.number))
        .map(|account| account.id)
        .collect();
    for account in accounts.values_mut() {
        account.is_elsewhere |= stays.contains(&account.id);
    }
}

/// How many accounts in use would be suspended, and of how many that people of the firm have.
fn crowd(differences: &[(i64, Difference)], accounts: &HashMap<i64, Account>) -> (usize, usize) {
    let is_in_use = |number: &i64| {
        accounts
            .get(number)
            .is_some_and(|account| account.status == Status::Active)
    };
    let leavers = differences
        .iter()
        .filter(|(number, difference)| difference.is_leaver() && is_in_use(number));
    let in_use = accounts
        .values()
        .filter(|account| account.status == Status::Active);
    (leavers.count(), in_use.count())
}
