//! The list of links: a page of it, and how many there are.
//!
//! Which question is asked is decided by what fixed samples of the links say, so that none reads much
//! more than it shows; `db/desk/PLANS.md` states what each costs at worst.

mod costs;
mod finders;
mod finding;
mod sample;
mod stretch;
mod texts;
mod walking;

use time::OffsetDateTime;

use self::finding::Listing;
pub use self::{
    sample::KeptSample,
    stretch::{Stretch, stretch},
};
use crate::{
    db::desk::links::{Conditions, LinkRow, in_roster, know, rows},
    domain::desk::links::{Filter, Place, Total, Window},
    service::{ServiceError, Services},
};

/// A page of the list.
#[derive(Debug)]
pub struct Page {
    /// How many links the list has; `None` when it wasn't asked for.
    pub total: Option<Total>,
    /// The links, in the order of the window.
    pub rows: Vec<LinkRow>,
    /// Their places.
    pub places: Vec<Place>,
    /// Whether there are more behind them.
    pub more: bool,
    /// Whether the search has only words that are too short to be found: nothing is shown then.
    pub too_short: bool,
}

/// A page of the links that a filter shows, and how many it shows in all.
pub async fn page(
    services: &Services,
    filter: &Filter,
    window: &Window,
) -> Result<Page, ServiceError> {
    read(services, filter, window, true, services.now()).await
}

/// A page of the links that a filter shows, for whoever has the number already.
pub async fn uncounted(
    services: &Services,
    filter: &Filter,
    window: &Window,
) -> Result<Page, ServiceError> {
    as_of(services, filter, window, services.now()).await
}

/// The same with days counted back from a moment, for whoever reads a list in pieces.
pub async fn as_of(
    services: &Services,
    filter: &Filter,
    window: &Window,
    moment: OffsetDateTime,
) -> Result<Page, ServiceError> {
    read(services, filter, window, false, moment).await
}

async fn read(
    services: &Services,
    filter: &Filter,
    window: &Window,
    counted: bool,
    moment: OffsetDateTime,
) -> Result<Page, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let known = know(&mut connection, &filter.words).await?;
    let too_short = !filter.words.is_empty() && !known.is_searchable;
    let mut listing = Listing {
        connection: &mut connection,
        kept: &services.links_sample,
        conditions: Conditions::new(
            known.profiles.only(|profile| filter.takes(profile)),
            &known.words,
            filter.times(moment),
        )
        .in_roster(filter.roster.as_ref(), moment),
        counted,
        is_open: filter.is_open(),
        is_told_by_profile: filter.is_told_by_profile(),
        sort: window.sort,
        direction: window.direction,
        after: window.after.clone(),
        most: window.most.saturating_add(1),
        finders: None,
    };
    let (total, mut places) = if too_short {
        (Total::Exactly(0), Vec::new())
    } else {
        listing.find().await?
    };
    let more = places.len() > usize::from(window.most);
    places.truncate(usize::from(window.most));
    let mut rows = rows(&mut connection, &places).await?;
    if services.manage.regions().len() > 0 {
        in_roster(&mut connection, &mut rows).await?;
    }
    connection.give_back();
    Ok(Page {
        total: Some(total).filter(|_| counted),
        rows,
        places,
        more,
        too_short,
    })
}
