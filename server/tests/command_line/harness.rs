//! A run of the program, and an installation for it to run in.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    process::{Command, Stdio},
};

use simulated_clio::{Options, SimulatedClio};
use sqlx::{ConnectOptions as _, PgPool, postgres::PgConnectOptions};
use tokio::task::spawn_blocking;

pub const APP_SECRET: &str = "app-secret-that-nobody-may-see";
pub const SECRET_KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// How a run of the program ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Fails unless the program ended with this code.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Fails unless the program said this where its results go.
    #[track_caller]
    pub fn tells(&self, text: &str) {
        assert!(self.out.contains(text), "{}", self.out);
    }

    /// Fails if this is anywhere in what the program said.
    #[track_caller]
    pub fn hides(&self, secret: &str) {
        assert!(!self.all().contains(secret), "{}", self.all());
    }
}

pub type Settings = Vec<(String, String)>;

pub fn settings(pairs: &[(&str, &str)]) -> Settings {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn program(settings: &Settings, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command
        .env_clear()
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Runs the program with these settings and nothing else in its environment.
pub fn run(settings: &Settings, arguments: &[&str]) -> Run {
    let output = program(settings, arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A database, a simulated Clio, and the settings that lead there.
pub struct Installation {
    pub pool: PgPool,
    pub clio: SimulatedClio,
    pub settings: Settings,
}

impl Installation {
    pub async fn over(pool: PgPool) -> Self {
        let clio = SimulatedClio::start(Options::for_client("key", APP_SECRET))
            .await
            .unwrap();
        let settings = settings(&[
            ("DATABASE_URL", &url(&pool.connect_options())),
            ("PUBLIC_URL", "http://localhost:3999"),
            ("CLIO_IDENTITY_APP_KEY", "key"),
            ("CLIO_IDENTITY_APP_SECRET", APP_SECRET),
            ("CLIO_IDENTITY_ISSUER", clio.issuer()),
            ("SMTP_URL", &clio.smtp_url().unwrap()),
            ("MAIL_FROM", "Vestibule <door@firm.test>"),
            ("SECRET_KEY", SECRET_KEY),
            ("LOG_FORMAT", "json"),
        ]);
        Self {
            pool,
            clio,
            settings,
        }
    }

    pub fn with(&self, name: &str, value: &str) -> Settings {
        let mut settings = self.settings.clone();
        settings.retain(|(own, _)| own != name);
        if !value.is_empty() {
            settings.push((name.to_owned(), value.to_owned()));
        }
        settings
    }

    /// Runs what an operator types, its words parted by spaces.
    pub async fn run(&self, typed: &str) -> Run {
        let arguments: Vec<&str> = typed.split(' ').collect();
        self.run_with(self.settings.clone(), &arguments).await
    }

    pub async fn run_with(&self, settings: Settings, arguments: &[&str]) -> Run {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(&settings, &arguments)
        })
        .await
        .unwrap()
    }

    pub async fn text(&self, query: &str) -> Option<String> {
        sqlx::query_scalar::<_, Option<String>>(sqlx::AssertSqlSafe(query.to_owned()))
            .fetch_optional(&self.pool)
            .await
            .unwrap()
            .flatten()
    }

    /// How many rows there are of a table, or of those that a condition chooses.
    pub async fn count(&self, rows: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {rows}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Writes accounts with a proved e-mail, and these roles.
    pub async fn has_accounts(&self, accounts: &[(&str, &str)]) {
        for (email, role) in accounts {
            self.sql(&format!(
                "INSERT INTO accounts (email, email_verified_at, role)
                 VALUES ('{email}', now(), '{role}')"
            ))
            .await;
        }
    }

    pub async fn sql(&self, statements: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned()))
            .execute(&self.pool)
            .await
            .unwrap();
    }
}

pub fn url(options: &PgConnectOptions) -> String {
    options.to_url_lossy().to_string()
}

/// An address that nobody listens on.
pub fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A file of an operator, gone with the test.
pub struct Kept(PathBuf);

impl Kept {
    /// A file that no other installation has.
    pub fn beside(there: &Installation) -> Self {
        let options = there.pool.connect_options();
        let name = options.get_database().unwrap();
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt")))
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub fn text(&self) -> String {
        fs::read_to_string(&self.0).unwrap_or_default()
    }

    pub fn write(&self, text: &str) {
        fs::write(&self.0, text).unwrap();
    }

    pub fn append(&self, text: &str) {
        self.write(&format!("{}{text}", self.text()));
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // One that was never written isn't there.
        let _ = fs::remove_file(&self.0);
    }
}
