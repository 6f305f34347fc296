//! The settings, read from a made-up environment.

use std::{collections::BTreeMap, io};

use vestibule::{
    config::{Config, Environment, LogFormat, Problems},
    domain::{admission::Admission, profile::EmailPolicy},
};

const KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

#[derive(Clone, Default)]
struct Made {
    variables: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
}

impl Environment for Made {
    fn get(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn read_file(&self, path: &str) -> Result<String, io::Error> {
        self.files
            .get(path)
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// What a production site needs at least.
fn minimal() -> Made {
    Made::default()
        .with("DATABASE_URL", "postgres://u:p@db.test/vestibule")
        .with("PUBLIC_URL", "https://sign-in.firm.test")
        .with("CLIO_IDENTITY_APP_KEY", "key")
        .with("CLIO_IDENTITY_APP_SECRET", "secret")
        .with("SECRET_KEY", KEY)
}

impl Made {
    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    fn file(mut self, path: &str, content: &str) -> Self {
        self.files.insert(path.to_owned(), content.to_owned());
        self
    }

    #[track_caller]
    fn good(&self) -> Config {
        match Config::read(self) {
            Ok(config) => config,
            Err(problems) => panic!("{problems}"),
        }
    }

    /// The names that are wrong.
    #[track_caller]
    fn wrong(&self) -> Vec<&'static str> {
        self.problems()
            .0
            .into_iter()
            .map(|problem| problem.name)
            .collect()
    }

    #[track_caller]
    fn problems(&self) -> Problems {
        match Config::read(self) {
            Ok(_) => panic!("no problem found"),
            Err(problems) => problems,
        }
    }
}

#[test]
fn what_is_not_set_is_as_documented() {
    let config = minimal().good();
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.clio.issuer, "https://account.clio.com/");
    assert_eq!(
        config.clio.authorization_url.as_str(),
        "https://account.clio.com/oauth2/auth"
    );
    assert_eq!(
        config.clio.token_url.as_str(),
        "https://account.clio.com/oauth2/token"
    );
    assert_eq!(
        config.clio.jwks_url.as_str(),
        "https://account.clio.com/.well-known/jwks.json"
    );
    assert!(config.clio.nonce && config.clio.pkce && !config.clio.strict);
    assert_eq!(config.firm_name, "Your firm");
    assert_eq!(config.admission, Admission::Approval);
    assert_eq!(config.profile.email, EmailPolicy::Ask);
    assert!(config.mail.is_none() && config.web.trusted_proxies.is_empty());
    assert_eq!(
        (
            config.sessions.idle.as_secs(),
            config.sessions.absolute.as_secs()
        ),
        (30 * 60, 12 * 3600)
    );
    assert!(config.database.auto_migrate);
    assert_eq!(
        config.web.public_url.redirect_uri(),
        "https://sign-in.firm.test/auth/clio/callback"
    );
}

#[test]
fn an_empty_environment_names_everything_that_is_missing_at_once() {
    let mut wrong = Made::default().wrong();
    wrong.sort_unstable();
    assert_eq!(
        wrong,
        [
            "CLIO_IDENTITY_APP_KEY",
            "CLIO_IDENTITY_APP_SECRET",
            "DATABASE_URL",
            "PUBLIC_URL",
            "SECRET_KEY"
        ]
    );
}

#[test]
fn every_wrong_setting_is_named_at_once_and_no_value_is_shown() {
    let bad = [
        ("DATABASE_URL", "mysql://u:hunter2@db.test/x"),
        ("PUBLIC_URL", "ftp://hunter2.test"),
        ("LISTEN_ADDR", "hunter2"),
        ("CLIO_IDENTITY_AUTHORIZATION_URL", "http://hunter2.test/"),
        ("CLIO_IDENTITY_TOKEN_URL", "https://u:hunter2@clio.test/"),
        ("CLIO_IDENTITY_JWKS_URL", "hunter2"),
        ("ADMISSION", "hunter2"),
        ("SMTP_URL", "hunter2://mail.test"),
        ("MAIL_FROM", "hunter2"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, hunter2"),
        ("SESSION_IDLE_MINUTES", "hunter2"),
        ("SESSION_ABSOLUTE_HOURS", "0"),
        ("SECRET_KEY", "hunter2"),
        ("LOG_FORMAT", "hunter2"),
        ("AUTO_MIGRATE", "hunter2"),
        ("PROFILE_FIRST_NAME", "hunter2"),
        ("PROFILE_EMAIL", "hunter2"),
        ("KEEP_SEPARATE", "hunter2"),
        ("FIRM_NAME", "a\r\nBcc: hunter2"),
    ];
    let made = bad
        .iter()
        .fold(minimal(), |made, (name, value)| made.with(name, value));
    let problems = made.problems();
    let named: Vec<&str> = problems.0.iter().map(|problem| problem.name).collect();
    for (name, _) in bad {
        assert!(named.contains(&name), "{name} isn't named in {named:?}");
    }
    assert!(
        !problems.to_string().contains("hunter2") && !format!("{problems:?}").contains("hunter2")
    );
}

#[test]
fn the_debug_text_of_settings_holds_no_secret() {
    let made = minimal()
        .with("DATABASE_URL", "postgres://u:hunter2@db.test/x")
        .with("CLIO_IDENTITY_APP_SECRET", "hunter3")
        .with("SMTP_URL", "smtps://u:hunter4@mail.test")
        .with("MAIL_FROM", "door@firm.test");
    let shown = format!("{:?}", made.good());
    for secret in ["hunter2", "hunter3", "hunter4", KEY] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn each_secret_may_come_from_a_file_without_its_last_line_break() {
    for name in [
        "DATABASE_URL",
        "CLIO_IDENTITY_APP_SECRET",
        "SECRET_KEY",
        "SMTP_URL",
    ] {
        let made = minimal()
            .with("SMTP_URL", "smtps://mail.test")
            .with("MAIL_FROM", "door@firm.test");
        let value = made.variables.get(name).unwrap().clone();
        let file_name = format!("{name}_FILE");
        let from_file = made
            .clone()
            .without(name)
            .with(&file_name, "/run/x")
            .file("/run/x", &format!("{value}\r\n"));
        let config = from_file.good();
        assert_eq!(config.clio.app_secret.expose(), "secret");
        assert_eq!(
            config.database.url.expose(),
            "postgres://u:p@db.test/vestibule"
        );
        assert_eq!(config.mail.unwrap().smtp_url.expose(), "smtps://mail.test");
        // Both at once, a file that isn't there, an empty one.
        let wrong = made
            .clone()
            .with(&file_name, "/run/x")
            .file("/run/x", "x")
            .wrong();
        assert!(
            !wrong.is_empty() && wrong.iter().all(|own| *own == name),
            "{name}: {wrong:?}"
        );
        assert!(
            made.clone()
                .without(name)
                .with(&file_name, "/run/y")
                .wrong()
                .iter()
                .any(|own| own.starts_with(name)),
            "{name}"
        );
        assert!(
            made.clone()
                .without(name)
                .with(&file_name, "/run/z")
                .file("/run/z", "\n")
                .wrong()
                .iter()
                .any(|own| own.starts_with(name)),
            "{name}"
        );
    }
    // A secret that ends with a space keeps it.
    let made = minimal().without("CLIO_IDENTITY_APP_SECRET");
    let made = made
        .with("CLIO_IDENTITY_APP_SECRET_FILE", "/run/x")
        .file("/run/x", " a&=+%/é \n");
    assert_eq!(made.good().clio.app_secret.expose(), " a&=+%/é ");
}

#[test]
fn a_setting_that_is_given_twice_is_named_once_and_not_as_missing() {
    for name in ["DATABASE_URL", "CLIO_IDENTITY_APP_SECRET", "SECRET_KEY"] {
        let made = minimal()
            .with(&format!("{name}_FILE"), "/run/x")
            .file("/run/x", "x");
        let problems = made.problems();
        assert_eq!(problems.0.len(), 1, "{problems}");
        assert!(!problems.to_string().contains("is required"), "{problems}");
    }
}

#[test]
fn http_is_only_for_loopback_hosts() {
    for good in [
        "https://sign-in.firm.test",
        "https://sign-in.firm.test:8443",
        "https://sign-in.firm.test/",
        "http://localhost:3000",
        "http://127.0.0.1:3000",
        "http://127.9.9.9",
        "http://[::1]:3000",
        "http://site.localhost",
        "https://localhost",
    ] {
        minimal().with("PUBLIC_URL", good).good();
    }
    for bad in [
        "http://sign-in.firm.test",
        "http://localhost.evil.test",
        "http://evil-localhost",
        "http://127.0.0.1.evil.test",
        "http://10.0.0.1",
        "http://[2001:db8::1]",
        "https://sign-in.firm.test/path",
        "https://sign-in.firm.test?x",
        "https://sign-in.firm.test#x",
        "https://user@sign-in.firm.test",
        "https://user:password@sign-in.firm.test",
        "sign-in.firm.test",
        "https://",
        "javascript:alert(1)",
    ] {
        assert!(
            minimal()
                .with("PUBLIC_URL", bad)
                .wrong()
                .contains(&"PUBLIC_URL"),
            "{bad}"
        );
    }
}

#[test]
fn http_endpoints_of_clio_need_a_loopback_host_on_both_sides() {
    let endpoints = [
        "CLIO_IDENTITY_AUTHORIZATION_URL",
        "CLIO_IDENTITY_TOKEN_URL",
        "CLIO_IDENTITY_JWKS_URL",
    ];
    for name in endpoints {
        for (public, endpoint, fits) in [
            ("http://localhost:3000", "http://127.0.0.1:3001/x", true),
            ("https://localhost:3000", "http://127.0.0.1:3001/x", true),
            (
                "https://sign-in.firm.test",
                "http://127.0.0.1:3001/x",
                false,
            ),
            ("http://localhost:3000", "http://clio.test/x", false),
            ("http://localhost:3000", "https://clio.test/x", true),
            ("https://sign-in.firm.test", "https://clio.test/x", true),
        ] {
            let made = minimal().with("PUBLIC_URL", public).with(name, endpoint);
            assert_eq!(
                Config::read(&made).is_ok(),
                fits,
                "{public} {name} {endpoint}"
            );
        }
    }
    let config = minimal()
        .with("PUBLIC_URL", "http://localhost:3000")
        .with("CLIO_IDENTITY_ISSUER", "http://127.0.0.1:3001/")
        .good();
    assert_eq!(
        config.clio.token_url.as_str(),
        "http://127.0.0.1:3001/oauth2/token"
    );
}

#[test]
fn the_secret_key_is_32_bytes_and_required_beyond_loopback() {
    for public in [
        "http://localhost:3000",
        "http://127.0.0.1",
        "https://localhost",
    ] {
        minimal()
            .without("SECRET_KEY")
            .with("PUBLIC_URL", public)
            .good();
    }
    assert_eq!(minimal().without("SECRET_KEY").wrong(), ["SECRET_KEY"]);
    for bad in [
        "x",
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA==",
        "0123456789012345678901234567890123456789012345678901234567890123",
    ] {
        assert_eq!(
            minimal().with("SECRET_KEY", bad).wrong(),
            ["SECRET_KEY"],
            "{bad}"
        );
    }
}

#[test]
fn each_admission_is_understood_and_domains_need_their_list() {
    for (word, policy) in [
        ("open", Admission::Open),
        ("approval", Admission::Approval),
        ("invited", Admission::Invited),
        ("closed", Admission::Closed),
    ] {
        assert_eq!(minimal().with("ADMISSION", word).good().admission, policy);
    }
    let domains = minimal().with("ADMISSION", "domains");
    assert!(domains.wrong().contains(&"ADMISSION_DOMAINS"));
    assert!(
        domains
            .clone()
            .with("ADMISSION_DOMAINS", " , ")
            .wrong()
            .contains(&"ADMISSION_DOMAINS")
    );
    let config = domains
        .with("ADMISSION_DOMAINS", "Firm.test, other.test")
        .good();
    assert_eq!(
        config.admission,
        Admission::Domains(vec!["firm.test".to_owned(), "other.test".to_owned()])
    );
    assert_eq!(minimal().with("ADMISSION", "OPEN").wrong(), ["ADMISSION"]);
}

#[test]
fn mail_needs_a_sender() {
    let made = minimal().with("SMTP_URL", "smtps://mail.test:4465");
    assert_eq!(made.wrong(), ["MAIL_FROM"]);
    assert_eq!(
        made.clone().with("MAIL_FROM", "nobody").wrong(),
        ["MAIL_FROM"]
    );
    assert_eq!(
        made.with("MAIL_FROM", "Door <door@firm.test>")
            .good()
            .mail
            .unwrap()
            .from,
        "Door <door@firm.test>"
    );
}

#[test]
fn plain_smtp_is_only_for_loopback_hosts() {
    let made = minimal().with("MAIL_FROM", "door@firm.test");
    for good in [
        "smtps://mail.test",
        "smtps://u:p@mail.test:465",
        "smtp://mail.test:587?tls=required",
        "smtp://localhost:2525",
        "smtp://127.0.0.1:2525",
        "smtp://[::1]:2525",
    ] {
        assert!(
            Config::read(&made.clone().with("SMTP_URL", good)).is_ok(),
            "{good}"
        );
    }
    for bad in [
        "smtp://mail.test",
        "smtp://mail.test?tls=opportunistic",
        "smtp://10.0.0.1",
        "http://mail.test",
        "mail.test",
    ] {
        assert_eq!(
            made.clone().with("SMTP_URL", bad).wrong(),
            ["SMTP_URL"],
            "{bad}"
        );
    }
}

#[test]
fn numbers_flags_and_lists_are_bounded() {
    for (name, bad) in [
        ("SESSION_IDLE_MINUTES", "0"),
        ("SESSION_IDLE_MINUTES", "-1"),
        ("SESSION_IDLE_MINUTES", "1.5"),
        ("SESSION_IDLE_MINUTES", "99999999999999999999"),
        ("SESSION_ABSOLUTE_HOURS", "721"),
        ("LISTEN_ADDR", "3000"),
        ("LISTEN_ADDR", "localhost"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "proxy.test"),
        ("AUTO_MIGRATE", "maybe"),
        ("LOG_FORMAT", "xml"),
    ] {
        assert_eq!(minimal().with(name, bad).wrong(), [name], "{bad}");
    }
    let config = minimal()
        .with("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1,2001:db8::/32")
        .with("LISTEN_ADDR", "[::]:8080")
        .with("AUTO_MIGRATE", "false")
        .with("LOG_FORMAT", "json")
        .good();
    assert_eq!(config.web.trusted_proxies.len(), 3);
    assert!(!config.database.auto_migrate);
    assert_eq!(config.log.format, LogFormat::Json);
}
