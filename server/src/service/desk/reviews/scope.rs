//! Which links a campaign is about: those that the list of links shows for a filter, as long as their
//! logins are connected; [`links::stretch`](super::super::links::stretch) says what holds when they change
//! while they are gathered.

use crate::{
    domain::desk::links::{Direction, Sort, Total, Window},
    service::{ServiceError, Services, desk::links},
};

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
