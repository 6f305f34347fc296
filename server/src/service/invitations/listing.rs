//! The list of invitations, for the desk.

use crate::{
    db::desk::invitations::{self as rows, Filter, From, InvitationRow},
    domain::proof::UNDO_FOR,
    service::{ServiceError, Services},
};

/// How many invitations a page has.
const PAGE: usize = 50;
/// How far is counted.
pub const MOST_COUNTED: i64 = 10_000;

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The invitations, newest first.
    pub rows: Vec<InvitationRow>,
    /// How many there are in all, up to one more than [`MOST_COUNTED`].
    pub count: i64,
    /// Whether there are newer ones.
    pub has_newer: bool,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// A page of the invitations of a filter.
pub async fn list(
    services: &Services,
    filter: Filter<'_>,
    from: From,
) -> Result<Listed, ServiceError> {
    let now = services.now();
    let one_more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut connection = services.pool.acquire().await?;
    let mut found = rows::page(&mut connection, filter, from, one_more, now).await?;
    let is_more = found.len() > PAGE;
    let count = if is_more || from != From::Newest {
        rows::count(&mut connection, filter, MOST_COUNTED + 1, now).await?
    } else {
        i64::try_from(found.len()).unwrap_or(i64::MAX)
    };
    connection.give_back();
    let (has_newer, has_older) = match from {
        From::Newest => (false, is_more),
        From::Below(_) => (true, is_more),
        From::Above(_) => (is_more, true),
    };
    if is_more && matches!(from, From::Above(_)) {
        found.remove(0);
    }
    found.truncate(PAGE);
    for row in &mut found {
        row.is_restorable &= row.ended_at.is_some_and(|ended| now - ended < UNDO_FOR);
    }
    Ok(Listed {
        rows: found,
        count,
        has_newer,
        has_older,
    })
}
