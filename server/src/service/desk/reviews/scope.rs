//! Which links a campaign is about: those that the list of links shows for a filter, as long as their
//! logins are connected.
//!
//! Links are walked in the order in which they were linked, which never changes, so that none is passed
//! over or met twice however long it takes, and whatever happens meanwhile:
//! * a link made after the campaign began isn't in it;
//! * a link that stops fitting the filter, or is disconnected, before it is reached isn't in it;
//! * a link that begins to fit is in it if it wasn't passed yet;
//! * whatever fitted all the while is in it, once.

use crate::{
    db::desk::review_campaigns::gathering::Ungathered,
    domain::{
        account::IdentityId,
        desk::links::{Direction, Place, Sort, Total, Window},
    },
    service::{
        ServiceError, Services,
        desk::links::{self, Page},
    },
};

/// How many links are gathered at once.
const STRETCH: u16 = 1_000;

/// A stretch of a list of links.
#[derive(Debug)]
pub(super) struct Stretch {
    /// The links.
    pub(super) links: Vec<IdentityId>,
    /// Where to go on; `None` at the end of the list.
    pub(super) to: Option<String>,
}

/// The stretch of a campaign's list that follows what was gathered of it.
pub(super) async fn walk(
    services: &Services,
    campaign: &Ungathered,
) -> Result<Stretch, ServiceError> {
    let sort = Sort::Linked;
    let after = campaign.to.as_deref();
    let window = Window {
        sort,
        direction: Direction::Ascending,
        after: after.and_then(|place| Place::read(place, sort)),
        most: STRETCH,
    };
    let filter = (services.read_filter)(&campaign.filter);
    let Page {
        rows, places, more, ..
    } = links::as_of(services, &filter, &window, campaign.begun).await?;
    let found = rows.len();
    let links: Vec<IdentityId> = rows
        .into_iter()
        .take_while(|row| row.linked_at <= campaign.begun)
        .map(|row| IdentityId(row.id))
        .collect();
    let to = places
        .last()
        .filter(|_| more && links.len() == found)
        .map(Place::to_string);
    Ok(Stretch { links, to })
}

/// How many links a campaign would be about now.
pub async fn size(services: &Services, query: &str) -> Result<Total, ServiceError> {
    let window = Window {
        sort: Sort::Linked,
        direction: Direction::Ascending,
        after: None,
        most: 1,
    };
    let page = links::page(services, &(services.read_filter)(query), &window).await?;
    Ok(page.total.unwrap_or(Total::More))
}
