//! Who is asking: the facts of one request.

use crate::{
    db::sessions::{LiveSession, NewSession},
    domain::{
        account::{AccountId, SessionId},
        device,
    },
    random::{self, NoRandomness},
    secrets::digest,
    service::Services,
};

/// The facts of one request.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The secret in this browser's attempt cookie.
    pub browser: Option<BrowserSecret>,
    /// The live session of this browser.
    pub session: Option<LiveSession>,
    /// The client's address, in words.
    pub address: String,
    /// What limits count the client by: its address, or its network of 64 bits for IPv6.
    pub limit_key: String,
    /// The browser's name for itself, cut to size.
    pub user_agent: String,
    /// The languages that the browser says its person reads (`Accept-Language`), cut to size.
    pub languages: String,
}

impl Visit {
    /// Who is signed in.
    pub fn account(&self) -> Option<AccountId> {
        self.session.as_ref().map(|session| session.account)
    }

    /// Browser and system in words.
    pub fn device(&self) -> String {
        device::in_words(&self.user_agent)
    }

    /// The session.
    pub fn session_id(&self) -> Option<SessionId> {
        self.session.as_ref().map(|session| session.id)
    }
}

/// The secret that tells browsers apart before anybody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserSecret(Key);

impl BrowserSecret {
    /// Makes one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        Key::generate().map(Self)
    }

    /// Takes a cookie's value; `None` when it isn't of the form we set.
    pub fn parse(text: &str) -> Option<Self> {
        Key::parse(text).map(Self)
    }

    /// The cookie's value.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        digest(self.as_str())
    }
}

/// The key of a session: what its cookie holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKey(Key);

impl SessionKey {
    /// Makes one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        Key::generate().map(Self)
    }

    /// Takes a cookie's value; `None` when it isn't of the form we set.
    pub fn parse(text: &str) -> Option<Self> {
        Key::parse(text).map(Self)
    }

    /// The cookie's value.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What is stored: the first 16 bytes of the SHA-256, which is also the id that tower-sessions
    /// carries. 128 bits of a hash of 256 random bits can't be turned back or met by chance.
    pub fn hash(&self) -> [u8; 16] {
        let mut left = [0; 16];
        left.copy_from_slice(digest(self.as_str()).split_at(16).0);
        left
    }
}

/// 256 random bits in 43 URL-safe characters.
#[derive(Clone, PartialEq, Eq)]
struct Key(String);

impl Key {
    fn generate() -> Result<Self, NoRandomness> {
        random::secret().map(Self)
    }

    fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        well_formed.then(|| Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

/// A session about to be opened, with what the database stores of it.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    pub(super) key: SessionKey,
    id: uuid::Uuid,
    hash: [u8; 16],
    expires_at: time::OffsetDateTime,
    device: String,
    visit: &'a Visit,
}

impl<'a> Opening<'a> {
    pub(super) fn prepare(services: &Services, visit: &'a Visit) -> Result<Self, NoRandomness> {
        let now = services.now();
        let key = SessionKey::generate()?;
        Ok(Self {
            id: random::id(now)?,
            hash: key.hash(),
            key,
            expires_at: now + services.config.sessions.absolute,
            device: visit.device(),
            visit,
        })
    }

    pub(super) fn row(&self) -> NewSession<'_> {
        NewSession {
            id: self.id,
            key_hash: &self.hash,
            expires_at: self.expires_at,
            user_agent: &self.visit.user_agent,
            device: &self.device,
            address: &self.visit.address,
        }
    }
}
