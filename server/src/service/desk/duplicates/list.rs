//! The list of pairs.

use time::OffsetDateTime;

use crate::{
    db::desk::duplicates::{
        keys,
        pairs::{self, Pair, Place},
        search,
    },
    domain::desk::duplicates::Confidence,
    service::{ServiceError, Services},
};

/// How many pairs a page has.
pub const PAGE: usize = 25;

/// How many crowds are counted.
pub const MOST_CROWDS: i64 = 999;

/// Which pairs are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Only those of this confidence.
    pub confidence: Option<Confidence>,
    /// Those that were put aside, not those that nobody has decided about.
    pub aside: bool,
    /// Those behind this one.
    pub after: Option<Place>,
}

/// A page of pairs.
#[derive(Debug)]
pub struct Page {
    /// The pairs, the surest first.
    pub pairs: Vec<Pair>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Place>,
    /// How many names and beginnings of e-mails are shared by too many to be compared by, up to one more
    /// than [`MOST_CROWDS`].
    pub crowds: i64,
    /// When everything was last looked through; `None` before the first time.
    pub ended_at: Option<OffsetDateTime>,
}

/// The pairs that are asked for.
pub async fn page(services: &Services, wanted: Wanted) -> Result<Page, ServiceError> {
    let scores = wanted
        .confidence
        .map_or((i16::MIN, i16::MAX), Confidence::scores);
    let after = wanted.after.unwrap_or(Place::BEGINNING);
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut connection = services.pool.acquire().await?;
    let mut found = if wanted.aside {
        pairs::aside(&mut connection, scores, after, limit).await?
    } else {
        pairs::open(&mut connection, scores, after, limit).await?
    };
    let crowds = keys::crowds(&mut connection, MOST_CROWDS + 1).await?;
    let ended_at = search::ended_at(&mut connection).await?;
    connection.give_back();
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| has_more).map(|last| Place {
        score: last.score,
        a: last.a.id.0,
        b: last.b.id.0,
    });
    Ok(Page {
        pairs: found,
        next,
        crowds,
        ended_at,
    })
}
