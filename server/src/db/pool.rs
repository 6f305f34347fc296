//! Connections to PostgreSQL.
//!
//! A pool of our own over sqlx's connections: sqlx's asks the database a second, empty question
//! whenever a connection is given back, which would double the round trips of the shortest requests.
//! Here only a connection is asked whose work didn't come to its end.

use std::{
    ops::{Deref, DerefMut},
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use deadpool::{
    Runtime,
    managed::{self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult},
};
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, error::DatabaseError,
    postgres::PgConnectOptions,
};

use super::{DbError, DbResult, breaks_connection};
use crate::config::Database;

/// How long a request waits for a connection before the database counts as away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(4);

/// How long a connection may lie idle before it is asked whether it is still alive: the database may
/// have been restarted meanwhile.
const ASK_AFTER: Duration = Duration::from_secs(2);

/// How long a connection may take to answer that.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// How old a connection becomes: what a backend of PostgreSQL remembers only grows.
const LIFETIME: Duration = Duration::from_mins(30);

/// How long a connection is kept that nobody needs.
const KEEP_IDLE: Duration = Duration::from_mins(5);

/// How soon a connection is asked for again that the database had no room for.
const ROOM_AFTER: Duration = Duration::from_millis(20);

/// How many connections are still to be asked, whenever they were used last: after one of them was
/// found dead, the others probably are too.
static TO_BE_ASKED: AtomicU32 = AtomicU32::new(0);

/// Notes that a connection was lost: the next ones are asked before they are used.
pub fn suspect() {
    TO_BE_ASKED.store(100, Ordering::Relaxed);
}

fn is_suspicious() -> bool {
    TO_BE_ASKED
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(1)
        })
        .is_ok()
}

/// A bounded set of connections, opened when they are needed.
#[derive(Clone)]
pub struct Pool(managed::Pool<Connector>);

impl Pool {
    /// A pool. Connects lazily, so that the server starts and says "not ready" while the database
    /// is away.
    ///
    /// # Errors
    /// When the URL can't be parsed.
    pub fn open(settings: &Database) -> Result<Self, sqlx::Error> {
        let options = PgConnectOptions::from_str(settings.url.expose())?
            .application_name("vestibule")
            .options([
                // No request waits longer than its caller does, and no lock is held by a lost node.
                ("statement_timeout", "4000"),
                ("lock_timeout", "3000"),
                ("idle_in_transaction_session_timeout", "10000"),
                // Every statement of a request is short and has one good plan.
                ("jit", "off"),
                ("plan_cache_mode", "force_generic_plan"),
                // A plan is kept as long as its connection: one made while a table was small must not
                // read the whole of it later.
                ("enable_seqscan", "off"),
                ("timezone", "UTC"),
            ]);
        let connections = usize::try_from(settings.connections).unwrap_or(usize::MAX);
        managed::Pool::builder(Connector(options))
            .max_size(connections)
            // The one used last: its caches are warm, and the others may fall idle.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(ACQUIRE_TIMEOUT))
            .create_timeout(Some(ACQUIRE_TIMEOUT))
            .recycle_timeout(Some(ANSWER_TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build()
            .map(Self)
            .map_err(|error| sqlx::Error::Configuration(error.into()))
    }

    /// Takes a connection; waits for one that is free, or opens one. While the database has no room
    /// for another one, waits for one of those that are open.
    ///
    /// # Errors
    /// [`sqlx::Error::PoolTimedOut`] after four seconds; whatever kept a new one from being opened.
    pub async fn acquire(&self) -> Result<Lease, sqlx::Error> {
        let taking = tokio::time::timeout(ACQUIRE_TIMEOUT, async {
            loop {
                match self.0.get().await {
                    Ok(connection) => return Ok(Lease::of(connection)),
                    Err(PoolError::Backend(error)) if has_no_room(&error) => {
                        tokio::time::sleep(ROOM_AFTER).await;
                    }
                    Err(PoolError::Backend(error)) => return Err(error),
                    Err(PoolError::Closed) => return Err(sqlx::Error::PoolClosed),
                    Err(_) => return Err(sqlx::Error::PoolTimedOut),
                }
            }
        });
        taking.await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// Takes a connection and begins a transaction on it.
    ///
    /// # Errors
    /// As [`Pool::acquire`], and when the database doesn't begin.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        self.begin_as("BEGIN").await
    }

    /// Begins a transaction with this statement; on another connection, when the first one turns out
    /// to be broken.
    ///
    /// # Errors
    /// As [`Pool::begin`].
    pub async fn begin_as(&self, statement: &'static str) -> Result<Transaction, sqlx::Error> {
        match self.try_to_begin(statement).await {
            Err(error) if breaks_connection(&error) => {
                suspect();
                self.try_to_begin(statement).await
            }
            begun => begun,
        }
    }

    async fn try_to_begin(&self, statement: &'static str) -> Result<Transaction, sqlx::Error> {
        let mut lease = self.acquire().await?;
        // Before it is sent: the request may be cut short before the answer is here.
        lease.in_transaction = true;
        lease.execute(statement).await?;
        Ok(Transaction(lease))
    }

    /// Closes the connections that nobody has needed for some minutes.
    pub async fn close_idle(&self) {
        let idle = self.0.retain(|_, about| about.last_used() < KEEP_IDLE);
        close(idle.removed).await;
    }

    /// Closes all connections; those in use when they are given back. Nothing is opened any more.
    pub async fn close(&self) {
        let idle = self.0.retain(|_, _| false);
        self.0.close();
        close(idle.removed).await;
    }
}

/// Whether the database has all the connections that it takes, or this role may have.
fn has_no_room(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    // too_many_connections
    code.as_deref() == Some("53300")
}

async fn close(connections: Vec<PgConnection>) {
    for connection in connections {
        // One that can't say goodbye is gone anyway.
        let _ = connection.close().await;
    }
}

/// Opens connections, and judges whether one that lay idle may be used again.
struct Connector(PgConnectOptions);

impl managed::Manager for Connector {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.connect().await
    }

    async fn recycle(
        &self,
        connection: &mut PgConnection,
        about: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        if about.age() > LIFETIME {
            return Err(RecycleError::message("old"));
        }
        // Asking before each use would cost a round trip; one that has just been used is alive.
        if about.last_used() > ASK_AFTER || is_suspicious() {
            connection.ping().await?;
        }
        Ok(())
    }
}

/// A connection in somebody's use.
///
/// One that isn't [given back](Lease::give_back) is looked at first, beside the request: its request
/// may have been cut short in the middle of a question, or of a transaction. So forgetting to give
/// back costs time, never correctness.
pub struct Lease {
    connection: Option<Object<Connector>>,
    in_transaction: bool,
}

impl Lease {
    const fn of(connection: Object<Connector>) -> Self {
        Self {
            connection: Some(connection),
            in_transaction: false,
        }
    }

    /// Gives the connection back at once. To be called when all that was asked has been answered.
    pub fn give_back(mut self) {
        // The end of a transaction that was dropped is queued, and not sent yet.
        if !self.should_flush() {
            drop(self.connection.take());
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(restore(connection, self.in_transaction))),
            Err(_) => drop(Object::take(connection)),
        }
    }
}

/// Ends what is open on a connection and waits for its last answer; closes it if that fails.
async fn restore(mut connection: Object<Connector>, in_transaction: bool) {
    let restored = tokio::time::timeout(ANSWER_TIMEOUT, async {
        connection.ping().await?;
        if in_transaction {
            connection.execute("ROLLBACK").await?;
        }
        Ok::<_, sqlx::Error>(())
    });
    if !matches!(restored.await, Ok(Ok(()))) {
        drop(Object::take(connection));
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match &self.connection {
            Some(connection) => connection,
            None => unreachable!("only giving back takes the connection, and the lease with it"),
        }
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match &mut self.connection {
            Some(connection) => connection,
            None => unreachable!("only giving back takes the connection, and the lease with it"),
        }
    }
}

/// A transaction on a connection of the pool; undone when it isn't committed.
pub struct Transaction(Lease);

impl Transaction {
    /// Commits, and gives the connection back.
    ///
    /// # Errors
    /// [`DbError::InDoubt`] when the connection broke before the database said that it is done;
    /// otherwise it refused.
    pub async fn commit(mut self) -> DbResult<()> {
        let committed = self.0.execute("COMMIT").await;
        committed.map_err(|error| DbError::from(error).at_the_commit())?;
        self.0.give_back();
        Ok(())
    }

    /// Undoes what was done, and gives the connection back.
    ///
    /// # Errors
    /// When the database doesn't answer: then it undoes it by itself.
    pub async fn roll_back(mut self) -> Result<(), sqlx::Error> {
        self.0.execute("ROLLBACK").await?;
        self.0.give_back();
        Ok(())
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
