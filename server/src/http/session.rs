//! The session of a request, carried by tower-sessions over the sessions table, which is the
//! authority.
//!
//! The cookie holds 256 random bits; what tower-sessions calls the session's id is half the hash of
//! them, and so is what the table holds. The crate's own cookie layer isn't used: it decodes cookie
//! names, holds ids of 128 bits, and stores what a request changed after the answer is settled.
//!
//! The store never creates: a session is inserted by the statement that signs somebody in. Saving
//! is an UPDATE of its last use: an upsert would bring a revoked session back to life. Its records
//! hold no data of their own: what a session means stands in the tables.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use time::Duration;
use tower_sessions::{
    Session, SessionStore,
    session::{Error, Id, Record},
    session_store,
};

use crate::{
    db::{
        pool,
        sessions::{self, LiveSession},
    },
    service::{self, Services, visit::SessionKey},
};

/// The session that a browser brought, dead or alive.
pub struct BroughtSession {
    session: Session,
    services: Arc<Services>,
    found: Arc<OnceLock<LiveSession>>,
}

impl BroughtSession {
    /// The session with this key.
    pub fn new(services: &Arc<Services>, key: &SessionKey) -> Self {
        let found = Arc::default();
        let store = PgSessionStore {
            services: Arc::clone(services),
            found: Arc::clone(&found),
        };
        let id = Id(i128::from_be_bytes(key.hash()));
        Self {
            session: Session::new(Some(id), Arc::new(store), None),
            services: Arc::clone(services),
            found,
        }
    }

    /// The session if it is alive, and its account; notes its use when that is due.
    ///
    /// # Errors
    /// When the database can't be asked: nobody is signed out by that.
    pub async fn live(&self) -> Result<Option<LiveSession>, Error> {
        if self.session.load().await.is_err() {
            // A connection that was lost shows at its first use; a question may be put again.
            pool::suspect();
            self.session.load().await?;
        }
        let Some(live) = self.found.get().cloned() else {
            return Ok(None);
        };
        // Often enough that the idle limit is exact to a tenth, and no more often than each minute.
        let due = std::cmp::min(idle(&self.services) / 10, Duration::MINUTE);
        if self.services.now() - live.last_seen_at >= due {
            self.session.save().await?;
        }
        Ok(Some(live))
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn end(&self) -> Result<(), Error> {
        self.session.delete().await
    }
}

fn idle(services: &Services) -> Duration {
    Duration::try_from(services.config.sessions.idle).unwrap_or(Duration::MAX)
}

/// The store over the sessions table, for one request.
struct PgSessionStore {
    services: Arc<Services>,
    /// The session that was loaded, with its account: one question answers both.
    found: Arc<OnceLock<LiveSession>>,
}

impl fmt::Debug for PgSessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PgSessionStore")
    }
}

fn backend_error(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for PgSessionStore {
    async fn create(&self, _record: &mut Record) -> session_store::Result<()> {
        Err(session_store::Error::Backend(
            "sessions are opened by signing in".to_owned(),
        ))
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let mut connection = self.services.pool.acquire().await.map_err(backend_error)?;
        let (key_hash, now) = (record.id.0.to_be_bytes(), self.services.now());
        sessions::touch(&mut connection, &key_hash, now)
            .await
            .map_err(backend_error)?;
        connection.give_back();
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let mut connection = self.services.pool.acquire().await.map_err(backend_error)?;
        let (key_hash, now) = (id.0.to_be_bytes(), self.services.now());
        let live = sessions::find_live(&mut connection, &key_hash, now, idle(&self.services))
            .await
            .map_err(backend_error)?;
        connection.give_back();
        Ok(live.map(|live| Record {
            id: *id,
            data: HashMap::new(),
            expiry_date: self.found.get_or_init(|| live).expires_at,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        service::sessions::sign_out(&self.services, &id.0.to_be_bytes())
            .await
            .map_err(backend_error)
    }
}
