//! The settings from the environment, concern by concern, with every problem named.

use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, time::Duration};

use url::Url;

use super::{
    Clio, Config, Database, Log, LogFormat, Mail, PublicUrl, Sessions, Web,
    environment::Environment, is_loopback, problems::Problems, reader::Reader,
};
use crate::{
    domain::{
        admission::Admission,
        email::Email,
        manage::region::Region,
        profile::{EmailPolicy, FieldPolicy, ProfilePolicy},
    },
    secrets::MasterKey,
};

impl Config {
    /// Reads all settings.
    ///
    /// # Errors
    /// [`Problems`] names every setting that is missing or wrong.
    pub fn read(environment: &impl Environment) -> Result<Self, Problems> {
        let mut reader = Reader::new(environment);
        let config = reader.config();
        reader.finish(config)
    }

    /// Reads only what reaching the database needs.
    ///
    /// # Errors
    /// [`Problems`] names every setting that is missing or wrong.
    pub fn read_database(environment: &impl Environment) -> Result<Database, Problems> {
        let mut reader = Reader::new(environment);
        let database = reader.database();
        reader.finish(database)
    }
}

impl<E: Environment> Reader<'_, E> {
    fn config(&mut self) -> Option<Config> {
        // Everything is read before anything is given up, so that all problems are named.
        let database = self.database();
        let web = self.web();
        let loopback = web.as_ref().is_some_and(|web| web.public_url.is_loopback());
        let clio = self.clio(web.as_ref().map(|web| &web.public_url));
        let manage = self.manage(loopback);
        let regions: Vec<_> = manage
            .iter()
            .flat_map(|it| &it.regions)
            .map(|it| it.region)
            .collect();
        let admission = self.admission(&regions);
        let keep_separate = self.flag("KEEP_SEPARATE", false);
        let profile = self.profile();
        let firm_name = self.firm_name();
        let mail = self.mail();
        let sessions = self.sessions();
        let key = self.secret_key(loopback);
        let previous_keys = self.previous_keys();
        let log = Log {
            format: self.log_format(),
            level: self.log_level(),
        };
        let clio = clio?;
        let master_key = key.unwrap_or_else(|| MasterKey::derived_from(clio.app_secret.expose()));
        Some(Config {
            database: database?,
            web: web?,
            clio,
            manage: manage?,
            admission: admission?,
            keep_separate,
            profile,
            firm_name,
            mail,
            sessions,
            master_key,
            previous_keys,
            log,
        })
    }

    fn database(&mut self) -> Option<Database> {
        let url = self.required_secret("DATABASE_URL", "DATABASE_URL_FILE");
        let url = url.filter(|url| {
            let good = url.expose().starts_with("postgres://")
                || url.expose().starts_with("postgresql://");
            let good = good
                && url
                    .expose()
                    .parse::<sqlx::postgres::PgConnectOptions>()
                    .is_ok();
            if !good {
                self.complain("DATABASE_URL", "must be a postgres:// URL");
            }
            good
        });
        let auto_migrate = self.flag("AUTO_MIGRATE", true);
        let connections = self.number("DATABASE_CONNECTIONS", 10, 2..=500);
        Some(Database {
            url: url?,
            auto_migrate,
            connections,
        })
    }

    fn web(&mut self) -> Option<Web> {
        let public_url = self.public_url();
        let listen = self
            .address("LISTEN_ADDR")
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 3000)));
        let mut trusted_proxies = Vec::new();
        for part in self.list("TRUSTED_PROXIES") {
            let network = part
                .parse()
                .or_else(|_| part.parse::<std::net::IpAddr>().map(ipnet::IpNet::from));
            match network {
                Ok(network) => trusted_proxies.push(network),
                Err(_) => self.complain(
                    "TRUSTED_PROXIES",
                    "must be networks like 10.0.0.0/8, separated by commas",
                ),
            }
        }
        Some(Web {
            public_url: public_url?,
            listen,
            trusted_proxies,
        })
    }

    fn public_url(&mut self) -> Option<PublicUrl> {
        let text = self.required("PUBLIC_URL")?;
        let public = Url::parse(&text).ok().and_then(|url| PublicUrl::of(&url));
        if public.is_none() {
            self.complain(
                "PUBLIC_URL",
                "must be https://host without a path; http:// only for a loopback host such as localhost",
            );
        }
        public
    }

    fn clio(&mut self, public_url: Option<&PublicUrl>) -> Option<Clio> {
        let app_key = self.required("CLIO_IDENTITY_APP_KEY");
        let app_secret =
            self.required_secret("CLIO_IDENTITY_APP_SECRET", "CLIO_IDENTITY_APP_SECRET_FILE");
        let issuer = self
            .environment
            .get("CLIO_IDENTITY_ISSUER")
            .unwrap_or_else(|| "https://account.clio.com/".to_owned());
        let loopback = public_url.is_some_and(PublicUrl::is_loopback);
        let base = self.endpoint("CLIO_IDENTITY_ISSUER", &issuer, loopback);
        if issuer.len() > 255 {
            self.complain("CLIO_IDENTITY_ISSUER", "is longer than 255 characters");
        }
        let slash = if issuer.ends_with('/') { "" } else { "/" };
        let mut endpoint = |name: &'static str, path: &str| {
            let text = self
                .environment
                .get(name)
                .unwrap_or_else(|| format!("{issuer}{slash}{path}"));
            self.endpoint(name, &text, loopback)
        };
        let authorization_url = endpoint("CLIO_IDENTITY_AUTHORIZATION_URL", "oauth2/auth");
        let token_url = endpoint("CLIO_IDENTITY_TOKEN_URL", "oauth2/token");
        let jwks_url = endpoint("CLIO_IDENTITY_JWKS_URL", ".well-known/jwks.json");
        let extra_authority = self.extra_authority();
        let nonce = self.flag("CLIO_IDENTITY_NONCE", true);
        let pkce = self.flag("CLIO_IDENTITY_PKCE", true);
        let strict = self.flag("CLIO_IDENTITY_STRICT", false);
        base?;
        Some(Clio {
            app_key: app_key?,
            app_secret: app_secret?,
            issuer,
            authorization_url: authorization_url?,
            token_url: token_url?,
            jwks_url: jwks_url?,
            extra_authority,
            nonce,
            pkce,
            strict,
        })
    }

    pub(super) fn endpoint(
        &mut self,
        name: &'static str,
        text: &str,
        loopback: bool,
    ) -> Option<Url> {
        let url = Url::parse(text).ok().filter(|url| {
            url.host().is_some()
                && url.username().is_empty()
                && url.password().is_none()
                && url.fragment().is_none()
                && (url.scheme() == "https"
                    || (url.scheme() == "http" && loopback && is_loopback(url)))
        });
        if url.is_none() {
            self.complain(
                name,
                "must be an https URL; http only for a loopback host, and only when PUBLIC_URL is loopback too",
            );
        }
        url
    }

    fn admission(&mut self, regions: &[Region]) -> Option<Admission> {
        let policy = self.environment.get("ADMISSION");
        match policy.as_deref().unwrap_or("approval") {
            "open" => Some(Admission::Open),
            "approval" => Some(Admission::Approval),
            "firm" => self.firm_admission(regions).map(Admission::Firm),
            "invited" => Some(Admission::Invited),
            "closed" => Some(Admission::Closed),
            "domains" => {
                let domains = self.list("ADMISSION_DOMAINS");
                let good = domains
                    .iter()
                    .all(|d| Email::parse(&format!("x@{d}")).is_ok());
                if domains.is_empty() || !good {
                    self.complain(
                        "ADMISSION_DOMAINS",
                        "must be e-mail domains, separated by commas, when ADMISSION is domains",
                    );
                    return None;
                }
                let folded = domains.iter().map(|d| d.to_ascii_lowercase()).collect();
                Some(Admission::Domains(folded))
            }
            _ => {
                self.complain(
                    "ADMISSION",
                    "must be open, domains, firm, approval, invited or closed",
                );
                None
            }
        }
    }

    fn profile(&mut self) -> ProfilePolicy {
        ProfilePolicy {
            first_name: self.field_policy("PROFILE_FIRST_NAME"),
            last_name: self.field_policy("PROFILE_LAST_NAME"),
            email: self.email_policy(),
        }
    }

    fn email_policy(&mut self) -> EmailPolicy {
        match self
            .environment
            .get("PROFILE_EMAIL")
            .map(|text| text.parse())
        {
            None => EmailPolicy::Ask,
            Some(Ok(policy)) => policy,
            Some(Err(())) => {
                self.complain("PROFILE_EMAIL", "must be keep, ask or follow");
                EmailPolicy::Ask
            }
        }
    }

    fn field_policy(&mut self, name: &'static str) -> FieldPolicy {
        match self.environment.get(name).map(|text| text.parse()) {
            None => FieldPolicy::Suggest,
            Some(Ok(policy)) => policy,
            Some(Err(())) => {
                self.complain(name, "must be keep, suggest or follow");
                FieldPolicy::Suggest
            }
        }
    }

    fn firm_name(&mut self) -> String {
        let name = self
            .environment
            .get("FIRM_NAME")
            .unwrap_or_else(|| "Your firm".to_owned());
        if name.chars().count() > 100 || name.chars().any(char::is_control) {
            self.complain("FIRM_NAME", "must be at most 100 characters in one line");
        }
        name
    }

    fn mail(&mut self) -> Option<Mail> {
        let smtp_url = self.secret("SMTP_URL", "SMTP_URL_FILE")?;
        if !is_safe_smtp(smtp_url.expose()) {
            self.complain(
                "SMTP_URL",
                "must be smtps://…, or smtp://…?tls=required; plain smtp:// only for a loopback host",
            );
        }
        let from = self.environment.get("MAIL_FROM");
        let from = from.filter(|from| from.parse::<lettre::message::Mailbox>().is_ok());
        if from.is_none() {
            self.complain(
                "MAIL_FROM",
                "must be the address mail comes from, when SMTP_URL is set",
            );
        }
        Some(Mail {
            smtp_url,
            from: from?,
        })
    }

    fn extra_authority(&mut self) -> Option<PathBuf> {
        let path = self.environment.get("CLIO_CA_FILE")?;
        let pem = self.environment.read_file(&path).ok();
        let certificates =
            pem.and_then(|pem| reqwest::Certificate::from_pem_bundle(pem.as_bytes()).ok());
        if certificates.is_none_or(|certificates| certificates.is_empty()) {
            self.complain("CLIO_CA_FILE", "names no file with certificates in PEM");
        }
        Some(PathBuf::from(path))
    }

    fn sessions(&mut self) -> Sessions {
        let minutes = self.number("SESSION_IDLE_MINUTES", 30, 1..=10_080);
        let hours = self.number("SESSION_ABSOLUTE_HOURS", 12, 1..=720);
        Sessions {
            idle: Duration::from_secs(u64::from(minutes) * 60),
            absolute: Duration::from_secs(u64::from(hours) * 3600),
        }
    }

    fn log_format(&mut self) -> LogFormat {
        match self.environment.get("LOG_FORMAT").as_deref() {
            Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                self.complain("LOG_FORMAT", "must be text or json");
                LogFormat::Text
            }
            None if std::io::stdout().is_terminal() => LogFormat::Text,
            None => LogFormat::Json,
        }
    }

    fn log_level(&mut self) -> tracing::Level {
        match self.environment.get("LOG_LEVEL").as_deref() {
            None | Some("info") => tracing::Level::INFO,
            Some("debug") => tracing::Level::DEBUG,
            Some("warn") => tracing::Level::WARN,
            Some("error") => tracing::Level::ERROR,
            Some(_) => {
                self.complain("LOG_LEVEL", "must be error, warn, info or debug");
                tracing::Level::INFO
            }
        }
    }
}

/// Whether mail leaves encrypted, or doesn't leave this machine.
fn is_safe_smtp(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let required = url
        .query_pairs()
        .any(|(name, value)| name == "tls" && value == "required");
    let usable = lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(text).is_ok();
    usable && (url.scheme() == "smtps" || required || is_loopback(&url))
}
