//! The settings: one typed struct per concern, read once, every problem reported in one go.

mod environment;
mod keys;
mod manage;
mod problems;
mod read;
mod reader;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;
use url::Url;

use crate::{
    domain::{admission::Admission, profile::ProfilePolicy},
    secrets::{MasterKey, Secret},
};

pub use environment::{Environment, ProcessEnvironment};
pub use manage::{Manage, ManageRegion};
pub use problems::{Problem, Problems};

/// All settings of the server.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where PostgreSQL is.
    pub database: Database,
    /// How the server is reached.
    pub web: Web,
    /// Clio Identity.
    pub clio: Clio,
    /// Clio Manage.
    pub manage: Manage,
    /// Who gets an account.
    pub admission: Admission,
    /// `KEEP_SEPARATE`: whether somebody whose e-mail an account here has may ask for an account
    /// beside it.
    pub keep_separate: bool,
    /// What happens when Clio says something else than the account.
    pub profile: ProfilePolicy,
    /// `FIRM_NAME`: shown on the pages and in mails.
    pub firm_name: String,
    /// Outgoing mail; `None` leaves mail in the outbox.
    pub mail: Option<Mail>,
    /// How long sessions live.
    pub sessions: Sessions,
    /// `SECRET_KEY`.
    pub master_key: MasterKey,
    /// `SECRET_KEY_PREVIOUS`: earlier keys, for what was sealed under them.
    pub previous_keys: Vec<MasterKey>,
    /// How the program logs.
    pub log: Log,
}

/// PostgreSQL.
#[derive(Clone, Debug)]
pub struct Database {
    /// `DATABASE_URL`.
    pub url: Secret,
    /// `AUTO_MIGRATE`: whether `serve` applies pending migrations.
    pub auto_migrate: bool,
    /// `DATABASE_CONNECTIONS`: the most connections of this process.
    pub connections: u32,
}

/// How the server is reached.
#[derive(Clone, Debug)]
pub struct Web {
    /// `PUBLIC_URL`, without a path.
    pub public_url: PublicUrl,
    /// `LISTEN_ADDR`.
    pub listen: SocketAddr,
    /// `TRUSTED_PROXIES`: whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
}

/// The URL that people type: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    secure: bool,
    loopback: bool,
}

impl PublicUrl {
    /// The origin, without a slash at the end: `https://sign-in.firm.example`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is https.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether its host is this machine itself.
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The redirect URI that is registered with Clio.
    pub fn redirect_uri(&self) -> String {
        format!("{}/auth/clio/callback", self.origin)
    }

    /// The redirect URI that is registered with Clio Manage, in every region.
    pub fn manage_redirect_uri(&self) -> String {
        format!("{}/auth/clio-manage/callback", self.origin)
    }

    /// A URL of this site.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Takes a URL that has neither path, query, fragment nor user, and is https unless its host is
    /// loopback.
    fn of(url: &Url) -> Option<Self> {
        let loopback = is_loopback(url);
        let secure = url.scheme() == "https";
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let usable = secure || (url.scheme() == "http" && loopback);
        (bare && usable).then(|| Self {
            origin: url.origin().ascii_serialization(),
            secure,
            loopback,
        })
    }
}

/// Whether a URL's host is this machine itself.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // Schemes that the URL standard doesn't know keep an address as plain text.
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// Clio Identity.
#[derive(Clone, Debug)]
pub struct Clio {
    /// `CLIO_IDENTITY_APP_KEY`.
    pub app_key: String,
    /// `CLIO_IDENTITY_APP_SECRET`.
    pub app_secret: Secret,
    /// `CLIO_IDENTITY_ISSUER`, compared byte for byte.
    pub issuer: String,
    /// `CLIO_IDENTITY_AUTHORIZATION_URL`.
    pub authorization_url: Url,
    /// `CLIO_IDENTITY_TOKEN_URL`.
    pub token_url: Url,
    /// `CLIO_IDENTITY_JWKS_URL`.
    pub jwks_url: Url,
    /// `CLIO_CA_FILE`: one more certificate authority, in PEM.
    pub extra_authority: Option<PathBuf>,
    /// `CLIO_IDENTITY_NONCE`: whether a nonce is sent and demanded back.
    pub nonce: bool,
    /// `CLIO_IDENTITY_PKCE`: whether the code is bound to a verifier (RFC 7636).
    pub pkce: bool,
    /// `CLIO_IDENTITY_STRICT`: whether a token response without `refresh_token` or `expires_in`
    /// is refused, as the letter of Clio's guide has it.
    pub strict: bool,
}

/// Outgoing mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `SMTP_URL`: `smtp://`, `smtps://`, with user and password where needed.
    pub smtp_url: Secret,
    /// `MAIL_FROM`.
    pub from: String,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct Sessions {
    /// `SESSION_IDLE_MINUTES`.
    pub idle: Duration,
    /// `SESSION_ABSOLUTE_HOURS`.
    pub absolute: Duration,
}

/// How the program logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// `LOG_FORMAT`.
    pub format: LogFormat,
    /// `LOG_LEVEL`, for this program's own events; others are logged from warnings on.
    pub level: tracing::Level,
}

/// `LOG_FORMAT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
