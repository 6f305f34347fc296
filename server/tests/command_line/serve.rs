//! `serve`: from its start to its end.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use sqlx::PgPool;
use tokio::task::spawn_blocking;

use crate::harness::{APP_SECRET, Installation, SECRET_KEY, Settings, free_address, program};

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
