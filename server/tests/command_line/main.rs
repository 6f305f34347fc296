//! The program as operators run it: the real binary, its exit codes and what it says.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that stops with the place and the cause is a good test"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use simulated_clio::{Options, SimulatedClio};
use sqlx::{ConnectOptions as _, PgPool, postgres::PgConnectOptions};
use tokio::task::spawn_blocking;

const APP_SECRET: &str = "app-secret-that-nobody-may-see";
const SECRET_KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// Every command there is, for what all of them have in common.
const COMMANDS: [&[&str]; 15] = [
    &[],
    &["serve"],
    &["migrate"],
    &["doctor"],
    &["admin"],
    &["admin", "grant"],
    &["admin", "revoke"],
    &["accounts"],
    &["accounts", "list"],
    &["accounts", "approve"],
    &["accounts", "reject"],
    &["audit"],
    &["audit", "verify"],
    &["audit", "export"],
    &["sessions", "revoke"],
];

/// How a run of the program ended.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Fails unless the program ended with this code.
    #[track_caller]
    fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Fails unless the program said this where its results go.
    #[track_caller]
    fn tells(&self, text: &str) {
        assert!(self.out.contains(text), "{}", self.out);
    }

    /// Fails if this is anywhere in what the program said.
    #[track_caller]
    fn hides(&self, secret: &str) {
        assert!(!self.all().contains(secret), "{}", self.all());
    }
}

type Settings = Vec<(String, String)>;

fn settings(pairs: &[(&str, &str)]) -> Settings {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn program(settings: &Settings, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command
        .env_clear()
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Runs the program with these settings and nothing else in its environment.
fn run(settings: &Settings, arguments: &[&str]) -> Run {
    let output = program(settings, arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A database, a simulated Clio, and the settings that lead there.
struct Installation {
    pool: PgPool,
    clio: SimulatedClio,
    settings: Settings,
}

impl Installation {
    async fn over(pool: PgPool) -> Self {
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

    fn with(&self, name: &str, value: &str) -> Settings {
        let mut settings = self.settings.clone();
        settings.retain(|(own, _)| own != name);
        if !value.is_empty() {
            settings.push((name.to_owned(), value.to_owned()));
        }
        settings
    }

    /// Runs what an operator types, its words parted by spaces.
    async fn run(&self, typed: &str) -> Run {
        let arguments: Vec<&str> = typed.split(' ').collect();
        self.run_with(self.settings.clone(), &arguments).await
    }

    async fn run_with(&self, settings: Settings, arguments: &[&str]) -> Run {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(&settings, &arguments)
        })
        .await
        .unwrap()
    }

    async fn text(&self, query: &str) -> Option<String> {
        sqlx::query_scalar::<_, Option<String>>(sqlx::AssertSqlSafe(query.to_owned()))
            .fetch_optional(&self.pool)
            .await
            .unwrap()
            .flatten()
    }

    /// How many rows there are of a table, or of those that a condition chooses.
    async fn count(&self, rows: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {rows}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Writes accounts with a proved e-mail, and these roles.
    async fn has_accounts(&self, accounts: &[(&str, &str)]) {
        for (email, role) in accounts {
            self.sql(&format!(
                "INSERT INTO accounts (email, email_verified_at, role)
                 VALUES ('{email}', now(), '{role}')"
            ))
            .await;
        }
    }

    async fn sql(&self, statements: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned()))
            .execute(&self.pool)
            .await
            .unwrap();
    }
}

fn url(options: &PgConnectOptions) -> String {
    options.to_url_lossy().to_string()
}

/// An address that nobody listens on.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
}

#[test]
fn help_is_given_everywhere_without_any_settings() {
    for command in COMMANDS {
        let arguments = [command, &["--help"]].concat();
        let run = run(&Vec::new(), &arguments).ended(0);
        assert!(
            run.out.contains("Usage: vestibule"),
            "{arguments:?}: {}",
            run.out
        );
        assert_eq!(run.err, "");
    }
}

#[test]
fn wrong_usage_ends_with_two_and_says_what_is_wrong() {
    let wrong: [&[&str]; 13] = [
        &["nonsense"],
        &["--nonsense"],
        &["serve", "now"],
        &["admin"],
        &["admin", "grant"],
        &["admin", "grant", "a@firm.test", "--role", "member"],
        &["admin", "grant", "a@firm.test", "--role"],
        &["accounts", "approve"],
        &["accounts", "list", "--status", "asleep"],
        &["audit", "forge"],
        &["sessions", "revoke"],
        &["sessions", "revoke", "--account", "a@firm.test", "--all"],
        &["sessions", "revoke", "--account"],
    ];
    for arguments in wrong {
        let run = run(&Vec::new(), arguments).ended(2);
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn without_settings_every_missing_one_is_named_at_once() {
    for command in ["serve", "doctor"] {
        let run = run(&Vec::new(), &[command]).ended(2);
        for name in [
            "DATABASE_URL",
            "PUBLIC_URL",
            "CLIO_IDENTITY_APP_KEY",
            "CLIO_IDENTITY_APP_SECRET",
            "SECRET_KEY",
        ] {
            assert!(
                run.err.contains(name),
                "{command} doesn't name {name}: {}",
                run.err
            );
        }
    }
    let run = run(&Vec::new(), &["migrate"]).ended(2);
    assert!(run.err.contains("DATABASE_URL"), "{}", run.err);
}

#[test]
fn wrong_settings_are_named_and_none_of_their_values_is_shown() {
    let settings = settings(&[
        ("DATABASE_URL", "mysql://root:hunter2@db.test/x"),
        ("PUBLIC_URL", "http://sign-in.firm.test/hunter2"),
        ("CLIO_IDENTITY_APP_KEY", "key"),
        ("CLIO_IDENTITY_APP_SECRET", "hunter2"),
        ("CLIO_IDENTITY_APP_SECRET_FILE", "/nowhere/hunter2"),
        (
            "CLIO_IDENTITY_TOKEN_URL",
            "http://user:hunter2@clio.test/token",
        ),
        ("SMTP_URL", "http://user:hunter2@mail.test"),
        ("SECRET_KEY", "hunter2"),
        ("ADMISSION", "hunter2"),
        ("SESSION_IDLE_MINUTES", "hunter2"),
        ("TRUSTED_PROXIES", "hunter2"),
        ("LISTEN_ADDR", "hunter2"),
    ]);
    for command in COMMANDS {
        let complete: &[&str] = match command {
            [.., "grant" | "revoke"] if command.first() == Some(&"admin") => &["a@firm.test"],
            ["accounts", "approve" | "reject"] => &["a@firm.test"],
            ["sessions", ..] => &["--all"],
            _ => &[],
        };
        let arguments = [command, complete].concat();
        let run = run(&settings, &arguments).ended(2);
        assert!(
            !run.all().contains("hunter2"),
            "{arguments:?}: {}",
            run.all()
        );
    }
    let run = run(&settings, &["serve"]).ended(2);
    for (name, _) in &settings {
        if name != "CLIO_IDENTITY_APP_KEY" {
            assert!(
                run.err.contains(name.as_str()),
                "{name} isn't named: {}",
                run.err
            );
        }
    }
}

#[test]
fn a_database_that_refuses_is_told_without_its_password() {
    let address = free_address();
    let settings = settings(&[("DATABASE_URL", &format!("postgres://u:hunter2@{address}/x"))]);
    let run = run(&settings, &["migrate"]).ended(1);
    run.hides("hunter2");
}

#[sqlx::test(migrations = false)]
async fn migrate_brings_an_empty_database_up_to_date_and_changes_nothing_the_second_time(
    pool: PgPool,
) {
    let there = Installation::over(pool).await;
    let only_database = settings(&[("DATABASE_URL", &url(&there.pool.connect_options()))]);
    there
        .run_with(only_database.clone(), &["migrate"])
        .await
        .ended(0);
    let first = there.count("_sqlx_migrations WHERE success").await;
    assert!(first >= 5);
    there.run_with(only_database, &["migrate"]).await.ended(0);
    assert_eq!(there.count("_sqlx_migrations").await, first);
}

#[sqlx::test(migrations = false)]
async fn two_migrations_at_once_both_end_well(pool: PgPool) {
    let there = Installation::over(pool).await;
    let (one, other) = tokio::join!(there.run("migrate"), there.run("migrate"));
    one.ended(0);
    other.ended(0);
}

#[sqlx::test(migrations = "../migrations")]
async fn doctor_finds_everything_well_and_says_what_to_register(pool: PgPool) {
    let there = Installation::over(pool).await;
    let run = there.run("doctor").await.ended(0);
    run.tells("http://localhost:3999/auth/clio/callback");
    assert!(!run.out.contains("FAIL"), "{}", run.out);
    run.hides(APP_SECRET);
    run.hides(SECRET_KEY);
}

#[sqlx::test(migrations = "../migrations")]
async fn doctor_says_when_clio_and_mail_cannot_be_reached(pool: PgPool) {
    let there = Installation::over(pool).await;
    let nowhere = free_address();
    let mut settings = there.with("CLIO_IDENTITY_JWKS_URL", &format!("http://{nowhere}/keys"));
    settings.retain(|(name, _)| name != "SMTP_URL");
    settings.push(("SMTP_URL".to_owned(), format!("smtp://u:hunter2@{nowhere}")));
    let run = there.run_with(settings, &["doctor"]).await.ended(1);
    run.tells("FAIL  Clio's keys");
    run.tells("FAIL  mail server");
    run.tells("ok    database");
    run.hides("hunter2");
}

#[sqlx::test(migrations = false)]
async fn doctor_says_when_migrations_are_pending(pool: PgPool) {
    let there = Installation::over(pool).await;
    let run = there.run("doctor").await.ended(1);
    run.tells("FAIL  migrations");
}

#[sqlx::test(migrations = "../migrations")]
async fn doctor_says_when_the_database_cannot_be_reached(pool: PgPool) {
    let there = Installation::over(pool).await;
    let nowhere = format!("postgres://u:hunter2@{}/x", free_address());
    let run = there
        .run_with(there.with("DATABASE_URL", &nowhere), &["doctor"])
        .await
        .ended(1);
    run.tells("FAIL  database");
    run.hides("hunter2");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_first_one_granted_becomes_owner_by_a_link_and_later_ones_admins(pool: PgPool) {
    let there = Installation::over(pool).await;
    let run = there.run("admin grant dana@firm.test").await.ended(0);
    run.tells("http://localhost:3999/claim?token=");
    there.run("admin grant ikram@firm.test").await.ended(0);
    there
        .run("admin grant priya@firm.test --role reviewer")
        .await
        .ended(0);
    for (email, role) in [("dana", "owner"), ("ikram", "admin"), ("priya", "reviewer")] {
        let found = there
            .text(&format!(
                "SELECT role || ' ' || status || ' ' || (email_verified_at IS NOT NULL)
                 FROM accounts WHERE email = '{email}@firm.test'"
            ))
            .await;
        assert_eq!(found, Some(format!("{role} invited true")));
    }
    assert_eq!(
        there
            .count("audit_events WHERE action = 'account.role_granted'")
            .await,
        3
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn the_token_of_a_link_is_stored_hashed_and_a_new_link_replaces_the_old_one(pool: PgPool) {
    let there = Installation::over(pool).await;
    let first = there.run("admin grant dana@firm.test").await.ended(0);
    let second = there
        .run("admin grant DANA@firm.test --role owner")
        .await
        .ended(0);
    assert_eq!(there.count("accounts").await, 1);
    assert_eq!(there.count("claims").await, 1);
    for run in [first, second] {
        let (_, token) = run.out.trim().rsplit_once("token=").unwrap();
        let dump = there
            .count(&format!(
                "claims WHERE encode(token_hash, 'escape') LIKE '%{token}%'"
            ))
            .await;
        assert_eq!(dump, 0);
        assert!(token.len() >= 43);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_owner_whose_link_was_lost_gets_a_fresh_one_by_the_same_command(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let run = there.run("admin grant dana@firm.test").await.ended(0);
    run.tells("/claim?token=");
    let role = there.text("SELECT role FROM accounts").await;
    assert_eq!(role.as_deref(), Some("owner"));
}

#[sqlx::test(migrations = "../migrations")]
async fn an_owner_among_several_is_not_made_less_by_being_granted_again(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .has_accounts(&[("dana@firm.test", "owner"), ("ikram@firm.test", "owner")])
        .await;
    there.run("admin grant dana@firm.test").await;
    assert_eq!(there.count("accounts WHERE role = 'owner'").await, 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_last_owner_is_neither_revoked_nor_made_less(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .has_accounts(&[("dana@firm.test", "owner"), ("ikram@firm.test", "admin")])
        .await;
    there.run("admin revoke dana@firm.test").await.ended(1);
    there
        .run("admin grant dana@firm.test --role reviewer")
        .await
        .ended(1);
    let role = "SELECT role FROM accounts WHERE email = 'dana@firm.test'";
    assert_eq!(there.text(role).await.as_deref(), Some("owner"));
    // With a second owner the same is done.
    there
        .run("admin grant ikram@firm.test --role owner")
        .await
        .ended(0);
    there.run("admin revoke dana@firm.test").await.ended(0);
    assert_eq!(there.text(role).await.as_deref(), Some("member"));
}

#[sqlx::test(migrations = "../migrations")]
async fn two_owners_revoked_at_once_leave_one(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .has_accounts(&[("dana@firm.test", "owner"), ("ikram@firm.test", "owner")])
        .await;
    let (one, other) = tokio::join!(
        there.run("admin revoke dana@firm.test"),
        there.run("admin revoke ikram@firm.test")
    );
    assert_eq!(one.code + other.code, 1, "{one:?} {other:?}");
    assert_eq!(there.count("accounts WHERE role = 'owner'").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn nobody_is_made_administrator_by_an_unproved_email_that_several_have(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .sql("INSERT INTO accounts (email) VALUES ('dana@firm.test'), ('dana@firm.test')")
        .await;
    there.run("admin grant dana@firm.test").await.ended(1);
    assert_eq!(there.count("accounts WHERE role <> 'member'").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn somebody_who_only_says_an_email_at_clio_is_not_made_owner_by_it(pool: PgPool) {
    let there = Installation::over(pool).await;
    // Anybody whose Clio login carries the owner's e-mail gets such an account by signing in.
    there
        .sql("INSERT INTO accounts (email, status) VALUES ('dana@firm.test', 'pending')")
        .await;
    there.run("admin grant dana@firm.test").await;
    let promoted = there
        .count("accounts WHERE role <> 'member' AND email_verified_at IS NULL")
        .await;
    assert_eq!(
        promoted, 0,
        "an unproved e-mail located an account and gave it rights"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn revoke_refuses_an_email_that_nobody_has(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin revoke nobody@firm.test").await.ended(1);
    let arguments = ["admin", "grant", "not an e-mail"];
    let run = there.run_with(there.settings.clone(), &arguments).await;
    assert!(matches!(run.code, 1 | 2), "{run:?}");
    assert_eq!(there.count("accounts").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn people_who_wait_are_listed_and_let_in_or_not(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .sql(
            "INSERT INTO accounts (id, email, status) VALUES
                  ('00000000-0000-7000-8000-000000000001', 'dana@firm.test', 'pending'),
                  ('00000000-0000-7000-8000-000000000002', 'ikram@firm.test', 'pending'),
                  ('00000000-0000-7000-8000-000000000003', 'priya@firm.test', 'active')",
        )
        .await;
    let run = there.run("accounts list").await.ended(0);
    assert!(run.out.contains("dana@firm.test") && run.out.contains("ikram@firm.test"));
    assert!(!run.out.contains("priya@firm.test"), "{}", run.out);

    there.run("accounts approve Dana@firm.test").await.ended(0);
    let by_id = "00000000-0000-7000-8000-000000000002";
    there
        .run(&format!("accounts reject {by_id}"))
        .await
        .ended(0);
    for who in [
        "dana@firm.test",
        by_id,
        "priya@firm.test",
        "nobody@firm.test",
    ] {
        for decision in ["approve", "reject"] {
            let command = format!("accounts {decision} {who}");
            there.run(&command).await.ended(1);
        }
    }
    let statuses = there
        .text("SELECT string_agg(status, ' ' ORDER BY id) FROM accounts")
        .await;
    assert_eq!(statuses.as_deref(), Some("active deleted active"));
    let mails = there
        .text("SELECT string_agg(to_email || ' ' || kind, ', ' ORDER BY kind) FROM mail_outbox")
        .await;
    assert_eq!(
        mails.as_deref(),
        Some("dana@firm.test account_approved, ikram@firm.test account_rejected")
    );
    let actions = there
        .text("SELECT string_agg(action, ' ' ORDER BY id) FROM audit_events")
        .await;
    assert_eq!(
        actions.as_deref(),
        Some("account.approved account.rejected")
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn one_of_several_who_wait_by_one_email_is_named_by_its_id(pool: PgPool) {
    let there = Installation::over(pool).await;
    let id = "00000000-0000-7000-8000-000000000001";
    there
        .sql(&format!(
            "INSERT INTO accounts (id, email, status) VALUES ('{id}', 'dana@firm.test', 'pending');
             INSERT INTO accounts (email, status) VALUES ('dana@firm.test', 'pending')"
        ))
        .await;
    let run = there.run("accounts approve dana@firm.test").await.ended(1);
    assert!(run.err.contains(id), "{}", run.err);
    there.run(&format!("accounts approve {id}")).await.ended(0);
    let active = "SELECT id::text FROM accounts WHERE status = 'active'";
    assert_eq!(there.text(active).await.as_deref(), Some(id));
}

#[sqlx::test(migrations = "../migrations")]
async fn what_commands_did_is_sealed_verified_and_exported_one_object_a_line(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    there.run("admin grant ikram@firm.test").await.ended(0);
    let run = there.run("audit verify").await.ended(0);
    run.tells("Intact: 2 events in the chain, 0 waiting");

    let run = there.run("audit export").await.ended(0);
    let events: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.len(), 2);
    assert!(
        events
            .iter()
            .all(|event| event["action"] == "account.role_granted")
    );
    assert!(!run.out.contains("@firm.test"), "the audit holds no e-mail");
}

#[sqlx::test(migrations = "../migrations")]
async fn verify_ends_with_one_when_an_event_was_altered_or_the_key_is_another(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let other_key = there.with("SECRET_KEY", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=");
    there
        .run_with(other_key, &["audit", "verify"])
        .await
        .ended(1);
    there.run("audit verify").await.ended(0);
    there
        .sql(
            "ALTER TABLE audit_events DISABLE TRIGGER ALL;
              UPDATE audit_events SET action = 'account.forged'",
        )
        .await;
    let run = there.run("audit verify").await.ended(1);
    assert!(run.err.contains("broken"), "{}", run.err);
}

/// Two accounts, one with two live sessions, the other with one.
const SESSIONS: &str = "
    INSERT INTO accounts (id, email) VALUES
        ('00000000-0000-7000-8000-000000000001', 'dana@firm.test'),
        ('00000000-0000-7000-8000-000000000002', 'ikram@firm.test');
    INSERT INTO sessions (key_hash, account_id, expires_at) VALUES
        (decode(repeat('01', 16), 'hex'), '00000000-0000-7000-8000-000000000001', now() + interval '1 hour'),
        (decode(repeat('02', 16), 'hex'), '00000000-0000-7000-8000-000000000001', now() + interval '1 hour'),
        (decode(repeat('03', 16), 'hex'), '00000000-0000-7000-8000-000000000002', now() + interval '1 hour')";
const LIVE: &str = "sessions WHERE revoked_at IS NULL";

#[sqlx::test(migrations = "../migrations")]
async fn one_persons_sessions_are_ended_and_nobody_elses(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.sql(SESSIONS).await;
    there
        .run("sessions revoke --account nobody@firm.test")
        .await
        .ended(1);
    assert_eq!(there.count(LIVE).await, 3);
    let run = there
        .run("sessions revoke --account DANA@firm.test")
        .await
        .ended(0);
    run.tells("2");
    assert_eq!(there.count(LIVE).await, 1);
    assert_eq!(there.count("audit_events").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn everybodys_sessions_are_ended(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.sql(SESSIONS).await;
    let run = there.run("sessions revoke --all").await.ended(0);
    run.tells("3");
    assert_eq!(there.count(LIVE).await, 0);
    assert_eq!(there.count("audit_events").await, 1);
}

/// The status and body of an answer over a plain connection.
fn get(address: SocketAddr, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}

/// Serves until `looked` is done, then is told to stop; returns the exit code and the log.
fn serve(settings: &Settings, looked: impl FnOnce(SocketAddr)) -> (i32, Vec<Value>) {
    let address = free_address();
    let mut settings = settings.clone();
    settings.push(("LISTEN_ADDR".to_owned(), address.to_string()));
    let mut child = program(&settings, &[])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("listening") {
        assert_ne!(log.read_line(&mut lines).unwrap(), 0, "it ended: {lines}");
    }
    looked(address);
    let stopped = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stopped.success());
    log.read_to_string(&mut lines).unwrap();
    let code = child.wait().unwrap().code().unwrap();
    let log = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    (code, log)
}

#[sqlx::test(migrations = false)]
async fn serve_migrates_gets_ready_and_stops_when_told(pool: PgPool) {
    let there = Installation::over(pool).await;
    let settings = there.settings.clone();
    let (code, log) = spawn_blocking(move || {
        serve(&settings, |address| {
            assert_eq!(get(address, "/healthz").unwrap().0, 200);
            // Asked again and again: it gets ready once the migrations are applied.
            assert!(
                (0..100_000)
                    .any(|_| get(address, "/readyz").is_some_and(|(status, _)| status == 200))
            );
            assert_eq!(get(address, "/sign-in").unwrap().0, 200);
        })
    })
    .await
    .unwrap();
    assert_eq!(code, 0);
    assert!(
        log.iter().any(|line| line["message"] == "stopped"),
        "{log:?}"
    );
    let text = format!("{log:?}");
    assert!(
        !text.contains(APP_SECRET) && !text.contains(SECRET_KEY),
        "{text}"
    );
    assert!(there.count("_sqlx_migrations").await >= 5);
    assert!(there.clio.token_requests().is_empty());
}

#[sqlx::test(migrations = false)]
async fn serve_told_not_to_migrate_is_alive_and_not_ready(pool: PgPool) {
    let there = Installation::over(pool).await;
    let settings = there.with("AUTO_MIGRATE", "false");
    let (code, _) = spawn_blocking(move || {
        serve(&settings, |address| {
            assert_eq!(get(address, "/healthz").unwrap().0, 200);
            assert_eq!(get(address, "/readyz").unwrap().0, 503);
        })
    })
    .await
    .unwrap();
    assert_eq!(code, 0);
    let tables = "pg_tables WHERE tablename IN ('accounts', '_sqlx_migrations')";
    assert_eq!(there.count(tables).await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn serve_refuses_an_address_that_is_taken(pool: PgPool) {
    let there = Installation::over(pool).await;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let settings = there.with("LISTEN_ADDR", &taken.local_addr().unwrap().to_string());
    there.run_with(settings, &["serve"]).await.ended(1);
}
