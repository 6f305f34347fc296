//! The search for accounts that may be one person's.
//!
//! It goes through all accounts in the order of their ids, one node at a time and a stretch at a time, and
//! compares whatever has changed since it was compared last, whoever changed it. Nothing waits for it: it
//! locks no account.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;
use time::Duration;
use uuid::Uuid;

use crate::{
    db::desk::duplicates::{
        facts::{self, Compared},
        keys::{self, Couple},
        pairs::{self, Found},
        search,
    },
    domain::desk::duplicates::{MOST_ALIKE, compare, keys as keys_of},
    service::{ServiceError, Services},
};

/// How many accounts a turn looks at.
const STRETCH: i64 = 2000;
/// How many of them, having changed, it compares.
const MOST_CHANGED: i64 = 200;
/// For how long a sign-in means that an account is in use.
const IN_USE_FOR: Duration = Duration::days(7);

/// What a turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It compared accounts that had changed, and there may be more.
    Compared,
    /// Nothing had changed in its stretch.
    Nothing,
    /// It came to the end of all accounts.
    Ended,
    /// Another node searches.
    Elsewhere,
}

/// Looks at the next accounts, and compares those that have changed.
pub async fn turn(services: &Services) -> Result<Turn, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if !search::try_lock(&mut transaction).await? {
        transaction.roll_back().await?;
        return Ok(Turn::Elsewhere);
    }
    let after = search::after(&mut transaction).await?;
    let (count, last) = search::stretch(&mut transaction, after, STRETCH).await?;
    let changed = match last {
        Some(last) => {
            let stretch = (after, last);
            let since = now - IN_USE_FOR;
            facts::changed(&mut transaction, since, stretch, MOST_CHANGED).await?
        }
        None => Vec::new(),
    };
    compare_all(services, &mut transaction, &changed).await?;
    let is_cut_short = i64::try_from(changed.len()).is_ok_and(|count| count == MOST_CHANGED);
    let reached = changed.last().map(|last| last.id.0);
    let (after, turn) = match (is_cut_short, last) {
        (true, _) => (reached.unwrap_or_default(), Turn::Compared),
        (false, Some(last)) if count == STRETCH && changed.is_empty() => (last, Turn::Nothing),
        (false, Some(last)) if count == STRETCH => (last, Turn::Compared),
        (false, _) => (Uuid::nil(), Turn::Ended),
    };
    let ended_at = (turn == Turn::Ended).then_some(now);
    search::go_on(&mut transaction, after, ended_at).await?;
    transaction.commit().await?;
    Ok(turn)
}

/// Compares accounts that have changed with all that have something in common with them.
async fn compare_all(
    services: &Services,
    connection: &mut PgConnection,
    changed: &[Compared],
) -> Result<(), ServiceError> {
    if changed.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = changed.iter().map(|account| account.id.0).collect();
    renew_keys(connection, &ids, changed).await?;
    let couples = keys::sharing_a_key(connection, &ids).await?;
    let by_login = keys::sharing_a_login(connection, &ids).await?;
    let by_login: BTreeSet<_> = by_login.iter().map(in_order).collect();
    let couples: BTreeSet<_> = couples
        .iter()
        .map(in_order)
        .chain(by_login.iter().copied())
        .collect();
    let involved: BTreeSet<Uuid> = couples.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let involved = Vec::from_iter(involved);
    let now = services.now();
    let known: BTreeMap<Uuid, Compared> = facts::of(connection, now - IN_USE_FOR, &involved)
        .await?
        .into_iter()
        .filter(|account| !account.is_deleted)
        .map(|account| (account.id.0, account))
        .collect();
    let found: Vec<Found> = couples
        .into_iter()
        .filter_map(|(a, b)| {
            let (one, other) = (known.get(&a)?, known.get(&b)?);
            let shares_login = by_login.contains(&(a, b));
            let likeness = compare(&one.facts, &other.facts, shares_login)?;
            Some(Found { a, b, likeness })
        })
        .collect();
    pairs::replace(connection, &ids, &found, now).await?;
    let digests: Vec<String> = changed.iter().map(|one| one.digest.clone()).collect();
    search::looked_at(connection, &ids, &digests).await?;
    Ok(())
}

/// Gives accounts the keys they have now, and counts anew who shares them.
async fn renew_keys(
    connection: &mut PgConnection,
    ids: &[Uuid],
    changed: &[Compared],
) -> Result<(), ServiceError> {
    let mut touched = keys::forget(connection, ids).await?;
    let (mut owners, mut owned) = (Vec::new(), Vec::new());
    for account in changed.iter().filter(|account| !account.is_deleted) {
        for key in keys_of(&account.facts) {
            owners.push(account.id.0);
            owned.push(key);
        }
    }
    touched.extend(keys::put(connection, &owners, &owned).await?);
    keys::count_crowds(connection, &touched, MOST_ALIKE).await?;
    Ok(())
}

fn in_order(couple: &Couple) -> (Uuid, Uuid) {
    if couple.own < couple.other {
        (couple.own, couple.other)
    } else {
        (couple.other, couple.own)
    }
}
