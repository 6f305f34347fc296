//! A fixed sample of the links.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{db::DbResult, domain::desk::profile::Profile};

/// A link of the sample.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// Its facts of few values.
    pub profile: Profile,
    /// Since when it is connected, or was.
    pub linked_at: OffsetDateTime,
    /// The last sign-in with it.
    pub last_used_at: OffsetDateTime,
    /// What is searched.
    pub words: String,
}

/// One link in 256, by the random end of its id.
pub async fn sample(connection: &mut PgConnection) -> DbResult<Vec<Sampled>> {
    let rows = sqlx::query!(
        "SELECT profile, linked_at, last_used_at, words
         FROM desk_uses
         WHERE sampled
         ORDER BY n"
    )
    .fetch_all(connection)
    .await?;
    let links = rows.into_iter().filter_map(|row| {
        Some(Sampled {
            profile: Profile::new(row.profile)?,
            linked_at: row.linked_at,
            last_used_at: row.last_used_at,
            words: row.words,
        })
    });
    Ok(links.collect())
}
