//! How many statements and writing transactions a journey or a request takes: counted one by one,
//! one browser at a time, over the counting proxy and after its connections' statements have been
//! prepared.
//!
//! Statements of the background (sealing the audit, mail, readiness) are told by their SQL and left
//! out. Writing transactions are the transaction ids used from the journey's begin to its end. A
//! sealer that happens to write meanwhile would add one: it does so a few times a second, a journey
//! takes milliseconds, and the commonest count of all journeys is the figure.

use std::collections::BTreeMap;

use anyhow::Context as _;
use url::Url;

use crate::{
    counting_proxy::{CountingProxy, Statement},
    database::Database,
    fleet::Fleet,
    journey::{Browser, Lines},
    load::{self, Lanes},
    outcome::Checked,
    scale::Scale,
};

/// What only statements of the background name.
const BACKGROUND: [&str; 6] = [
    "audit_chain",
    "audit_head",
    "advisory",
    // A sign-in writes a mail; sending and sweeping come after it.
    "UPDATE mail_outbox",
    "FROM mail_outbox",
    "_sqlx_migrations",
];

/// How often a page is asked for, of which the commonest count is told.
const TURNS: usize = 40;

/// What something takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Taken {
    /// The statements' first words, in order.
    pub(crate) statements: Vec<String>,
    pub(crate) writing_transactions: i64,
}

/// What was counted.
#[derive(Debug)]
pub(crate) struct Counts {
    pub(crate) first: Taken,
    pub(crate) returning: Taken,
    pub(crate) prompted: Taken,
    /// By the order of [`Checked::ALL`].
    pub(crate) checked: Vec<Taken>,
}

/// A proxy to a database, and the URL of the database by way of it.
async fn by_proxy(database_url: &str) -> anyhow::Result<(CountingProxy, Url)> {
    let mut url = Url::parse(database_url).context("DATABASE_URL isn't a URL")?;
    let host = url.host_str().context("DATABASE_URL has no host")?;
    let upstream = (host.to_owned(), url.port().unwrap_or(5432));
    let proxy = CountingProxy::start(upstream).await?;
    url.set_ip_host(proxy.address.ip())
        .ok()
        .context("DATABASE_URL has no host")?;
    url.set_port(Some(proxy.address.port()))
        .ok()
        .context("DATABASE_URL has no port")?;
    url.query_pairs_mut().append_pair("sslmode", "disable");
    Ok((proxy, url))
}

/// Starts a server over the proxy and counts what pages take, for somebody who is signed in.
pub(crate) async fn of_pages(
    fleet: &Fleet,
    database_url: &str,
    paths: &[&str],
    cookie: &str,
) -> anyhow::Result<Vec<Taken>> {
    let mut database = Database::open(database_url).await?;
    let (proxy, url) = by_proxy(database_url).await?;
    let server = fleet.server(url.as_str()).await?;
    let mut counter = Counter {
        proxy: &proxy,
        database: &mut database,
        lines: Lines::open(fleet.places).await?,
    };
    let mut counts = Vec::new();
    for path in paths {
        let mut all = Vec::new();
        for _ in 0..TURNS {
            let begin = counter.begin().await?;
            load::get(&mut counter.lines.server, path, cookie).await?;
            all.push(counter.end(begin).await?);
        }
        counts.push(commonest(all));
    }
    server.stop().await?;
    Ok(counts)
}

/// Starts a server over the proxy and counts.
pub(crate) async fn count(
    fleet: &Fleet,
    database_url: &str,
    database: &mut Database,
    scale: Scale,
) -> anyhow::Result<Counts> {
    let (proxy, url) = by_proxy(database_url).await?;
    let server = fleet.server(url.as_str()).await?;

    let people: Vec<String> = (0..scale.counted).map(|n| format!("counted-{n}")).collect();
    // Each of the server's connections prepares each statement once.
    let warm_up: Vec<String> = (0..200).map(|n| format!("counted-before-{n}")).collect();
    for landing in ["/welcome", "/account"] {
        let lanes = Lanes::open(fleet.places).await?;
        lanes.sign_in(&warm_up, landing).await?;
    }
    database.sealed().await?;

    let mut counter = Counter {
        proxy: &proxy,
        database,
        lines: Lines::open(fleet.places).await?,
    };
    let mut sign_ins = [Taken::default(), Taken::default()];
    let mut cookies = Vec::new();
    for taken in &mut sign_ins {
        let mut all = Vec::new();
        for person in &people {
            let mut browser = Browser::new(person.clone());
            let begin = counter.begin().await?;
            browser.sign_in(&mut counter.lines).await?;
            all.push(counter.end(begin).await?);
            cookies.push(browser.cookie_header());
        }
        *taken = commonest(all);
    }
    let prompted: Vec<String> = (0..2 * scale.counted)
        .map(|n| format!("asked-{n}"))
        .collect();
    counter.database.add_accounts(&prompted).await?;
    let mut all = Vec::new();
    for person in &prompted {
        let mut browser = Browser::new(person.clone());
        let begin = counter.begin().await?;
        browser.sign_in(&mut counter.lines).await?;
        all.push(counter.end(begin).await?);
    }
    let prompted = commonest(all);
    let mut checked = Vec::new();
    for check in Checked::ALL {
        let mut all = Vec::new();
        for cookie in &cookies {
            let begin = counter.begin().await?;
            load::get(&mut counter.lines.server, check.path(), cookie).await?;
            all.push(counter.end(begin).await?);
        }
        checked.push(commonest(all));
    }
    server.stop().await?;
    let [first, returning] = sign_ins;
    Ok(Counts {
        first,
        returning,
        prompted,
        checked,
    })
}

struct Counter<'a> {
    proxy: &'a CountingProxy,
    database: &'a mut Database,
    lines: Lines,
}

impl Counter<'_> {
    async fn begin(&mut self) -> anyhow::Result<(usize, i64)> {
        let transaction = self.database.next_transaction().await?;
        Ok((self.proxy.count(), transaction))
    }

    async fn end(&mut self, (statements, transaction): (usize, i64)) -> anyhow::Result<Taken> {
        let writing_transactions = self.database.next_transaction().await? - transaction;
        let all = self.proxy.statements();
        let statements = foreground(&all).skip_while(|(place, _)| *place < statements);
        Ok(Taken {
            statements: statements.map(|(_, sql)| first_words(sql)).collect(),
            writing_transactions,
        })
    }
}

/// The statements that aren't of the background, with their places: a transaction is of the
/// background when any of its statements is.
fn foreground(all: &[Statement]) -> impl Iterator<Item = (usize, &str)> {
    let mut is_background: Vec<bool> = Vec::with_capacity(all.len());
    let mut open: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, statement) in all.iter().enumerate() {
        let told = BACKGROUND.iter().any(|word| statement.sql.contains(word));
        is_background.push(told);
        if statement.sql.starts_with("BEGIN") {
            open.insert(statement.connection, Vec::new());
        }
        let Some(transaction) = open.get_mut(&statement.connection) else {
            continue;
        };
        transaction.push(place);
        let background = transaction
            .iter()
            .any(|place| is_background.get(*place) == Some(&true));
        for place in transaction.iter().filter(|_| background) {
            if let Some(mark) = is_background.get_mut(*place) {
                *mark = true;
            }
        }
        if statement.sql.starts_with("COMMIT") || statement.sql.starts_with("ROLLBACK") {
            open.remove(&statement.connection);
        }
    }
    all.iter()
        .enumerate()
        .zip(is_background)
        .filter(|(_, background)| !background)
        .map(|((place, statement), _)| (place, statement.sql.as_str()))
}

/// Enough of a statement to know it by: what it does, and the first table that it names.
fn first_words(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let verb = words.first().copied().unwrap_or_default();
    let table = words
        .windows(2)
        .find(|pair| {
            matches!(pair, ["INTO" | "FROM" | "UPDATE", table] if table.starts_with(char::is_alphabetic))
        })
        .and_then(|pair| pair.last().copied());
    match table {
        Some(table) => format!(
            "{verb} {}",
            table.trim_end_matches(|c: char| !c.is_alphabetic())
        ),
        None => verb.to_owned(),
    }
}

fn commonest(all: Vec<Taken>) -> Taken {
    let mut tally: BTreeMap<Taken, usize> = BTreeMap::new();
    for taken in all {
        *tally.entry(taken).or_default() += 1;
    }
    let commonest = tally.into_iter().max_by_key(|(_, count)| *count);
    commonest.map(|(taken, _)| taken).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(statements: &[(usize, &str)]) -> Vec<Statement> {
        let statements = statements.iter();
        statements
            .map(|(connection, sql)| Statement {
                connection: *connection,
                sql: (*sql).to_owned(),
            })
            .collect()
    }

    #[test]
    fn transactions_of_the_background_are_left_out_whole() {
        let log = log(&[
            (1, "BEGIN"),
            (2, "SELECT a FROM sessions"),
            (1, "SELECT pg_try_advisory_xact_lock($1)"),
            (1, "SELECT b FROM audit_events"),
            (2, "BEGIN"),
            (1, "COMMIT"),
            (2, "COMMIT"),
            (1, "SELECT c FROM sessions"),
        ]);
        let left: Vec<_> = foreground(&log).map(|(place, _)| place).collect();
        assert_eq!(left, [1, 4, 6, 7]);
    }

    #[test]
    fn statements_are_known_by_their_verb_and_table() {
        assert_eq!(
            first_words("WITH identity AS (\n INSERT INTO identities\n (id)"),
            "WITH identities"
        );
        assert_eq!(first_words("BEGIN"), "BEGIN");
        assert_eq!(
            first_words("SELECT 1 FROM (VALUES (1)) AS x LEFT JOIN a"),
            "SELECT"
        );
    }
}
