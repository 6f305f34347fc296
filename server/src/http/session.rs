//! Sessions as tower-sessions carries them, over the sessions table, which is the authority.
//!
//! The cookie holds 256 random bits; what tower-sessions calls the session's id is half the hash of
//! them, and so is what the table holds. The crate's own cookie layer isn't used: it decodes cookie
//! names, holds ids of 128 bits, and stores what a request changed after the answer is settled.
//!
//! The store never creates: a session is inserted by the statement that signs somebody in. Saving
//! is an UPDATE of its last use: an upsert would bring a revoked session back to life.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tower_sessions::{
    Session, SessionStore,
    session::{Id, Record},
    session_store,
};
use uuid::Uuid;

use crate::{
    db::{
        pool,
        sessions::{self, LiveSession},
    },
    domain::account::{AccountId, IdentityId, SessionId},
    service::{self, Services, visit::SessionKey},
};

/// Under this name the record holds the session; nothing else is ever in it.
const LIVE: &str = "live";

/// The store over the sessions table.
#[derive(Clone)]
pub struct PgSessionStore(Arc<Services>);

impl PgSessionStore {
    /// A store.
    pub const fn new(services: Arc<Services>) -> Self {
        Self(services)
    }

    /// The session with this key, as tower-sessions carries it.
    pub fn session(&self, key: &SessionKey) -> Session {
        let id = Id(i128::from_be_bytes(key.hash()));
        Session::new(Some(id), Arc::new(self.clone()), None)
    }

    fn idle(&self) -> Duration {
        Duration::try_from(self.0.config.sessions.idle).unwrap_or(Duration::MAX)
    }
}

impl fmt::Debug for PgSessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PgSessionStore")
    }
}

/// The live session that tower-sessions carries, if there is one; notes its use when that is due.
///
/// # Errors
/// When the database can't be asked: nobody is signed out by that.
pub async fn live(
    store: &PgSessionStore,
    session: &Session,
) -> Result<Option<LiveSession>, tower_sessions::session::Error> {
    let mut found = session.get::<Carried>(LIVE).await;
    if found.is_err() {
        // A connection that was lost shows at its first use; a question may be put again.
        pool::suspect();
        found = session.get::<Carried>(LIVE).await;
    }
    let Some(live) = found? else {
        return Ok(None);
    };
    let live = LiveSession::try_from(live).map_err(|_| {
        session_store::Error::Decode("a stored value is unknown to this release".to_owned())
    })?;
    // Often enough that the idle limit is exact to a tenth, and no more often than each minute.
    let due = std::cmp::min(store.idle() / 10, Duration::MINUTE);
    if store.0.now() - live.last_seen_at >= due {
        session.save().await?;
    }
    Ok(Some(live))
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
        let mut connection = self.0.pool.acquire().await.map_err(backend_error)?;
        sessions::touch(&mut connection, &record.id.0.to_be_bytes(), self.0.now())
            .await
            .map_err(backend_error)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let mut connection = self.0.pool.acquire().await.map_err(backend_error)?;
        let key_hash = id.0.to_be_bytes();
        let live = sessions::find_live(&mut connection, &key_hash, self.0.now(), self.idle())
            .await
            .map_err(backend_error)?;
        let Some(live) = live else {
            return Ok(None);
        };
        let expiry_date = live.expires_at;
        let value = serde_json::to_value(Carried::from(live))
            .map_err(|error| session_store::Error::Encode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data: std::iter::once((LIVE.to_owned(), value)).collect(),
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        service::sessions::sign_out(&self.0, &id.0.to_be_bytes())
            .await
            .map_err(backend_error)
    }
}

/// A live session in the form a record holds.
#[derive(Serialize, Deserialize)]
struct Carried {
    id: Uuid,
    created_at: OffsetDateTime,
    last_seen_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    account: Uuid,
    identity: Option<Uuid>,
    email: String,
    first_name: String,
    last_name: String,
    role: String,
    status: String,
    welcomed: bool,
    account_created_at: OffsetDateTime,
}

impl From<LiveSession> for Carried {
    fn from(live: LiveSession) -> Self {
        Self {
            id: live.id.0,
            created_at: live.created_at,
            last_seen_at: live.last_seen_at,
            expires_at: live.expires_at,
            account: live.account.0,
            identity: live.identity.map(|identity| identity.0),
            email: live.email,
            first_name: live.first_name,
            last_name: live.last_name,
            role: live.role.as_str().to_owned(),
            status: live.status.as_str().to_owned(),
            welcomed: live.welcomed,
            account_created_at: live.account_created_at,
        }
    }
}

impl TryFrom<Carried> for LiveSession {
    type Error = crate::domain::account::Unknown;

    fn try_from(carried: Carried) -> Result<Self, Self::Error> {
        Ok(Self {
            id: SessionId(carried.id),
            created_at: carried.created_at,
            last_seen_at: carried.last_seen_at,
            expires_at: carried.expires_at,
            account: AccountId(carried.account),
            identity: carried.identity.map(IdentityId),
            email: carried.email,
            first_name: carried.first_name,
            last_name: carried.last_name,
            role: carried.role.parse()?,
            status: carried.status.parse()?,
            welcomed: carried.welcomed,
            account_created_at: carried.account_created_at,
        })
    }
}
