//! The database takes no more connections, or no writes.

use std::time::Duration;

use http::StatusCode;
use sqlx::{Connection as _, PgConnection};

use crate::{
    database_restarted::outcomes,
    harness::{Cluster, Crowd, Ended, Firm, until},
};

const SOON: Duration = Duration::from_secs(15);

#[tokio::test]
async fn a_database_without_room_for_a_connection_is_told_and_heals() {
    let cluster = Cluster::start().await;
    let mut firm = Firm::over(&cluster).await;
    cluster
        .sql("CREATE ROLE guest LOGIN; GRANT vestibule TO guest; ALTER ROLE guest CONNECTION LIMIT 3;
              ALTER ROLE guest SET ROLE vestibule")
        .await;
    let url = cluster.url("vestibule").replace("//vestibule@", "//guest@");
    firm.set("DATABASE_URL", &url);
    let node = firm.node().await;
    let member = firm.visitor(node.address);
    assert!(member.sign_in(&firm.clio, "member").await.is_signed_in());

    // Others take the room as soon as its own connections are cut.
    let mut guests: Vec<PgConnection> = Vec::new();
    while guests.len() < 3 {
        cluster
            .sql(
                "SELECT pg_terminate_backend(pid)
                 FROM pg_stat_activity
                 WHERE usename = 'guest'
                   AND application_name = 'vestibule'",
            )
            .await;
        if let Ok(guest) = PgConnection::connect(&url).await {
            guests.push(guest);
        }
    }
    assert_eq!(
        member.status("/account").await,
        Some(StatusCode::SERVICE_UNAVAILABLE)
    );
    let stranger = firm.visitor(node.address);
    assert_eq!(
        stranger.sign_in(&firm.clio, "stranger").await,
        Ended::Unavailable("start")
    );
    assert!(node.is_alive().await && !node.is_ready().await);
    assert!(member.has_session_cookie());

    guests.clear();
    until("the node heals", SOON, || node.is_ready()).await;
    assert!(member.account().await.unwrap().is_some());
    // Three connections for sixteen people at once: they wait for one another.
    let pool = cluster.pool().await;
    let crowd = Crowd::start(&firm, &[node.address], "person", 16, 48);
    let log = crowd.all().await;
    assert!(
        log.iter().all(|(_, _, ended)| ended.is_signed_in()),
        "{:?}",
        outcomes(&log)
    );
    firm.set("DATABASE_URL", &cluster.url("vestibule"));
    firm.is_consistent(&pool).await;
}

#[tokio::test]
async fn a_database_that_is_read_only_is_told_changes_nothing_and_heals() {
    let cluster = Cluster::start().await;
    let firm = Firm::over(&cluster).await;
    let node = firm.node().await;
    let (member, (stranger, callback)) = firm.one_in_and_one_under_way(node.address).await;

    cluster
        .sql("ALTER SYSTEM SET default_transaction_read_only = on")
        .await;
    cluster.sql("SELECT pg_reload_conf()").await;
    let visitor = firm.visitor(node.address);
    until("it is read-only", SOON, || async {
        visitor.sign_in(&firm.clio, "visitor").await == Ended::Unavailable("start")
    })
    .await;
    assert_eq!(
        stranger.finish(&callback).await,
        Ended::Unavailable("callback")
    );
    assert_eq!(
        member.post("/auth/sign-out", "").await.unwrap().0,
        StatusCode::SERVICE_UNAVAILABLE,
        "nobody is told that they are signed out who isn't"
    );
    assert!(
        member.account().await.unwrap().is_some(),
        "who is signed in still is"
    );
    assert!(node.is_alive().await);

    let mut connection = cluster.connect().await.unwrap();
    for statement in [
        "SET default_transaction_read_only = off",
        "ALTER SYSTEM RESET default_transaction_read_only",
        "SELECT pg_reload_conf()",
    ] {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    until("the node heals", SOON, || async {
        firm.visitor(node.address)
            .sign_in(&firm.clio, "witness")
            .await
            .is_signed_in()
    })
    .await;
    assert_eq!(
        stranger.finish(&callback).await,
        Ended::SignedIn("/welcome".into()),
        "the attempt wasn't used up"
    );
    let pool = cluster.pool().await;
    firm.is_consistent(&pool).await;
}
