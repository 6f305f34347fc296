//! All links that a list shows, a stretch at a time, for work that goes on behind the requests.
//!
//! Links are walked in the order in which they were linked, which never changes, so that none is passed
//! over or met twice however long it takes, and whatever happens meanwhile:
//! * a link made after the work began isn't met;
//! * a link that stops fitting the filter, or is disconnected, before it is reached isn't met;
//! * a link that begins to fit is met if it wasn't passed yet;
//! * whatever fitted all the while is met, once.

use time::OffsetDateTime;

use super::{Page, as_of};
use crate::{
    domain::{
        account::IdentityId,
        desk::links::{Direction, Place, Sort, Window},
    },
    service::{ServiceError, Services},
};

/// How many links a stretch has at most.
const MOST: u16 = 1_000;

/// A stretch of a list of links.
#[derive(Debug)]
pub struct Stretch {
    /// The links.
    pub links: Vec<IdentityId>,
    /// Where to go on; `None` at the end of the list.
    pub to: Option<String>,
}

/// The stretch behind a place of the list with a query string, as the list was at a moment, for work that
/// began then.
pub async fn stretch(
    services: &Services,
    query: &str,
    after: Option<&str>,
    begun: OffsetDateTime,
) -> Result<Stretch, ServiceError> {
    let sort = Sort::Linked;
    let window = Window {
        sort,
        direction: Direction::Ascending,
        after: after.and_then(|place| Place::read(place, sort)),
        most: MOST,
    };
    let filter = (services.read_filter)(query);
    let Page {
        rows, places, more, ..
    } = as_of(services, &filter, &window, begun).await?;
    let found = rows.len();
    let links: Vec<IdentityId> = rows
        .into_iter()
        .take_while(|row| row.linked_at <= begun)
        .map(|row| IdentityId(row.id))
        .collect();
    let to = places
        .last()
        .filter(|_| more && links.len() == found)
        .map(Place::to_string);
    Ok(Stretch { links, to })
}
