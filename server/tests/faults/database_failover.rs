//! The database's machine is lost, and a standby takes over that every commit has waited for.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    database_restarted::outcomes,
    harness::{Address, Cluster, Crowd, Ended, Firm, free_address, number, until},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_over_has_everything_that_was_acknowledged() {
    let primary = Cluster::start().await;
    primary.sql("CREATE DATABASE vestibule").await;
    let database = Address::to(primary.port()).await;
    let url = format!("postgres://vestibule@{}/vestibule", database.here);
    let firm = Firm::with(&url, free_address()).await;
    let standby = primary.standby().await;
    let node = firm.node().await;

    // Somebody links, and an administrator suspends people, all the while.
    let there = primary.pool().await;
    let crowd = Crowd::start(&firm, &[node.address], "person", 12, usize::MAX);
    crowd.signs_in(30).await;
    let admin = firm.visitor(node.address);
    assert!(admin.sign_in(&firm.clio, "admin").await.is_signed_in());
    let role = "UPDATE accounts SET role = 'owner', email_verified_at = now()
                WHERE email = 'admin@harbourlane.test'";
    sqlx::query(role).execute(&there).await.unwrap();
    let accounts: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT id FROM accounts WHERE role = 'member' ORDER BY id LIMIT 25")
            .fetch_all(&there)
            .await
            .unwrap();
    there.close().await;
    let mut suspended = BTreeSet::new();
    for (turn, account) in accounts.iter().enumerate() {
        if turn == 15 {
            // In the middle of it all.
            primary.crash();
            standby.promote().await;
            database.moves_to(standby.port());
        }
        let suspend = format!("account={account}&reason=Left+the+firm&until=");
        let answer = admin.post("/admin/accounts/suspend", &suspend).await;
        if answer.is_some_and(|(status, to)| {
            status == http::StatusCode::SEE_OTHER
                && !to.contains("problem")
                && !to.contains("failed")
        }) {
            suspended.insert(*account);
        }
    }
    until("people sign in again", Duration::from_secs(30), || async {
        firm.visitor(node.address)
            .sign_in(&firm.clio, "witness")
            .await
            .is_signed_in()
    })
    .await;
    crowd.signs_in(30).await;
    let mut log = crowd.stop().await;

    let pool = standby.pool().await;
    assert!(suspended.len() >= 10, "{suspended:?}");
    for account in &suspended {
        let row = format!(
            "SELECT count(*) FROM accounts a
             WHERE id = '{account}' AND status = 'suspended'
               AND EXISTS (SELECT FROM audit_events e
                           WHERE e.account_id = a.id AND e.action = 'account.suspended')
               AND NOT EXISTS (SELECT FROM sessions s
                               WHERE s.account_id = a.id AND s.revoked_at IS NULL)"
        );
        assert_eq!(
            number(&pool, &row).await,
            1,
            "{account} was acknowledged as suspended"
        );
    }
    let out: Vec<String> = sqlx::query_scalar(
        "SELECT split_part(email, '@', 1) FROM accounts WHERE status = 'suspended'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    // Who was suspended is out, and was in before.
    log.retain(|(subject, _, _)| !out.contains(subject));
    let odd = log
        .iter()
        .filter(|(_, _, ended)| matches!(ended, Ended::Odd(_)))
        .count();
    assert_eq!(odd, 0, "{:?}", outcomes(&log));
    for (subject, visitor, ended) in &log {
        if ended.is_signed_in() {
            assert!(
                matches!(visitor.account().await, Ok(Some(_))),
                "{subject} was told that they are signed in"
            );
        }
    }
    firm.is_consistent(&pool).await;
}

#[tokio::test]
async fn while_the_standby_stands_still_nobody_is_told_of_what_it_does_not_have() {
    let primary = Cluster::start().await;
    let firm = Firm::over(&primary).await;
    let standby = primary.standby().await;
    let node = firm.node().await;
    let member = firm.visitor(node.address);
    assert!(member.sign_in(&firm.clio, "member").await.is_signed_in());
    let visitor = firm.visitor(node.address);
    let callback = visitor.callback(&firm.clio, "visitor").await.unwrap();
    standby.freeze();
    assert_eq!(
        visitor.finish(&callback).await,
        Ended::Unavailable("callback")
    );
    assert!(!visitor.has_session_cookie());
    assert!(
        member.account().await.unwrap().is_some(),
        "who is in can be asked about"
    );

    standby.thaw();
    until("people sign in again", Duration::from_secs(30), || async {
        let witness = firm.visitor(node.address);
        witness.sign_in(&firm.clio, "witness").await.is_signed_in()
    })
    .await;
    let pool = primary.pool().await;
    firm.is_consistent(&pool).await;
}
