//! A database of its own for what would be in the way of other measurements.

use anyhow::Context as _;
use sqlx::{Connection as _, PgConnection};
use url::Url;

use crate::fleet::Fleet;

/// The database, beside the one of `DATABASE_URL`.
pub(crate) struct Scratch {
    name: &'static str,
    url: Url,
    cluster: PgConnection,
}

impl Scratch {
    /// Makes it, in place of one that was left behind, with all tables.
    pub(crate) async fn make(
        fleet: &Fleet,
        database_url: &str,
        name: &'static str,
    ) -> anyhow::Result<Self> {
        let mut url = Url::parse(database_url).context("DATABASE_URL isn't a URL")?;
        url.set_path(name);
        let mut cluster = PgConnection::connect(database_url).await?;
        drop_database(&mut cluster, name).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut cluster)
            .await?;
        fleet.run(url.as_str(), &["migrate"]).await?;
        Ok(Self { name, url, cluster })
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Removes it; nobody may be connected any more.
    pub(crate) async fn remove(mut self) -> anyhow::Result<()> {
        drop_database(&mut self.cluster, self.name).await
    }
}

async fn drop_database(cluster: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "DROP DATABASE IF EXISTS {name}"
    )))
    .execute(cluster)
    .await?;
    Ok(())
}
