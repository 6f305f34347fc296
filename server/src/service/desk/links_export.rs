//! All links that a filter shows, a piece at a time, for a download.

use serde_json::json;

use super::links::{self, Page};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::links::LinkRow,
        sessions::LiveSession,
    },
    domain::desk::links::{Direction, Filter, Sort, Window},
    service::{ServiceError, Services},
};

/// How many links are read at once.
const PIECE: u16 = 1_000;

/// A download under way. Nothing is held between two pieces: no connection and no snapshot.
#[derive(Debug)]
pub struct Export {
    filter: Filter,
    /// The piece that is to come; `None` at the end.
    window: Option<Window>,
}

/// Begins a download, which is put on record: who, and how much of the list, without what was searched for.
pub async fn begin(
    services: &Services,
    live: &LiveSession,
    filter: Filter,
    (sort, direction): (Sort, Direction),
) -> Result<Export, ServiceError> {
    let detail = json!({
        "searched": !filter.words.is_empty(),
        "filtered": !filter.is_open(),
    });
    let event = NewEvent {
        action: "desk.links_exported",
        actor: Some(live.account),
        detail: Some(detail),
        ..NewEvent::default()
    };
    let mut connection = services.pool.acquire().await?;
    audit::record(&mut connection, &event, services.now()).await?;
    connection.give_back();
    services.recorded();
    let window = Window {
        sort,
        direction,
        after: None,
        most: PIECE,
    };
    Ok(Export {
        filter,
        window: Some(window),
    })
}

impl Export {
    /// The next links; none at the end.
    pub async fn next(&mut self, services: &Services) -> Result<Vec<LinkRow>, ServiceError> {
        let Some(mut window) = self.window.take() else {
            return Ok(Vec::new());
        };
        let Page {
            rows, places, more, ..
        } = links::uncounted(services, &self.filter, &window).await?;
        if more {
            window.after = places.into_iter().last();
            self.window = Some(window);
        }
        Ok(rows)
    }
}
