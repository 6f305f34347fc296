//! What a list says and what came of it, for the administrator who sent it.

use uuid::Uuid;

use crate::{
    db::{
        import_rows::{self, Count, Line},
        imports::{self, ImportRow},
        sessions::LiveSession,
    },
    service::{ServiceError, Services, importing::MISTAKE},
};

/// How many lines a page has.
const PAGE: usize = 100;

/// A page of a list's lines.
#[derive(Clone, Debug)]
pub struct Report {
    /// The list.
    pub import: ImportRow,
    /// How many of its lines are of which kind.
    pub counts: Vec<Count>,
    /// Of which verdict the lines are; `None` for all.
    pub shown: Option<String>,
    /// Lines, from the top.
    pub lines: Vec<Line>,
    /// Whether there are more below.
    pub has_more: bool,
}

/// The lists of this administrator that are carried out or were, newest first.
pub async fn recent(
    services: &Services,
    session: &LiveSession,
) -> Result<Vec<ImportRow>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let recent = imports::recent(&mut connection, session.account).await?;
    connection.give_back();
    Ok(recent)
}

/// Which lines of a list are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Those with mistakes; all where none has any.
    MistakesFirst,
    /// All.
    All,
    /// Those of a verdict.
    Of(&'a str),
}

/// The lines of a list of this administrator, below a line and its column; `None` when there is no such
/// list.
pub async fn report(
    services: &Services,
    session: &LiveSession,
    id: Uuid,
    shown: Shown<'_>,
    below: (i32, i32),
) -> Result<Option<Report>, ServiceError> {
    let one_more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut connection = services.pool.acquire().await?;
    let Some(import) = imports::find(&mut connection, id, session.account).await? else {
        connection.give_back();
        return Ok(None);
    };
    let counts = import_rows::counts(&mut connection, id).await?;
    let has_mistakes = counts.iter().any(|count| count.verdict == MISTAKE);
    let verdict = match shown {
        Shown::Of(verdict) => Some(verdict),
        Shown::MistakesFirst if has_mistakes => Some(MISTAKE),
        Shown::MistakesFirst | Shown::All => None,
    };
    let mut lines = import_rows::page(&mut connection, id, verdict, below, one_more).await?;
    connection.give_back();
    let has_more = lines.len() > PAGE;
    lines.truncate(PAGE);
    Ok(Some(Report {
        import,
        counts,
        shown: verdict.map(ToOwned::to_owned),
        lines,
        has_more,
    }))
}
