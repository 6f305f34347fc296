//! Connections to the database that are cut, and transactions that it undoes, while people sign in.

use crate::{
    database_restarted::{nobody_sees_anything_odd, nothing_is_lost, outcomes},
    harness::{Cluster, Crowd, Firm, number},
};

#[tokio::test]
async fn connections_killed_at_random_cost_nobody_more_than_a_second_try() {
    let cluster = Cluster::start().await;
    let firm = Firm::over(&cluster).await;
    let node = firm.node().await;
    let crowd = Crowd::start(&firm, &[node.address], "person", 16, usize::MAX);
    let mut killed = 0;
    let pool = cluster.pool().await;
    while killed < 100 {
        crowd.signs_in(2).await;
        killed += number(
            &pool,
            "SELECT count(pg_terminate_backend(pid)) FROM (
                 SELECT pid FROM pg_stat_activity
                 WHERE application_name = 'vestibule'
                 ORDER BY random() LIMIT 2) AS chosen",
        )
        .await;
    }
    let log = crowd.stop().await;
    nobody_sees_anything_odd(&log);
    let failed = log
        .iter()
        .filter(|(_, _, ended)| !ended.is_signed_in())
        .count();
    assert!(
        failed * 10 <= log.len(),
        "most are put right without anybody noticing: {:?}",
        outcomes(&log)
    );
    nothing_is_lost(&firm, &pool, &log).await;
}

/// Makes the database undo two of three writes into a table, with this error.
async fn undoes_two_of_three(pool: &sqlx::PgPool, table: &str, code: &str) {
    // A sequence counts on when a transaction is undone.
    let statement = format!(
        "CREATE SEQUENCE turns_of_{table};
         CREATE FUNCTION undo_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('turns_of_{table}') % 3 <> 0 THEN
                 RAISE EXCEPTION 'undone on purpose' USING ERRCODE = '{code}';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER undo BEFORE INSERT ON {table}
         FOR EACH ROW EXECUTE FUNCTION undo_{table}()"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn transactions_that_the_database_undoes_are_repeated_and_nobody_notices() {
    const PEOPLE: usize = 10;
    let cluster = Cluster::start().await;
    let firm = Firm::over(&cluster).await;
    let node = firm.node().await;
    let pool = cluster.pool().await;
    for (table, code) in [
        ("sign_in_attempts", "40001"),
        ("sessions", "40001"),
        ("accounts", "40P01"),
        ("identities", "40P01"),
    ] {
        undoes_two_of_three(&pool, table, code).await;
        // One after the other, so that each of them meets the two that are undone.
        let crowd = Crowd::start(&firm, &[node.address], table, 1, PEOPLE);
        let log = crowd.all().await;
        assert!(
            log.iter().all(|(_, _, ended)| ended.is_signed_in()),
            "{table} {code}: {:?}",
            outcomes(&log)
        );
        let turns = number(&pool, &format!("SELECT last_value FROM turns_of_{table}")).await;
        assert_eq!(turns, 3 * i64::try_from(PEOPLE).unwrap(), "{table}");
        let undo = format!("DROP TRIGGER undo ON {table}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(undo))
            .execute(&pool)
            .await
            .unwrap();
    }
    firm.is_consistent(&pool).await;
    assert_eq!(number(&pool, "SELECT count(*) FROM accounts").await, 40);
}
