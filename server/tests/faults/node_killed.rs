//! The program is killed at any moment of a sign-in, and of a decision at the desk.

use std::time::Duration;

use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    database_restarted::nothing_is_lost,
    harness::{Cluster, Ended, Firm, Log, Node, free_address, number},
};

/// How often it is killed in the middle of callbacks.
const TIMES: u32 = 200;
/// How often in the middle of suspensions.
const SUSPENSIONS: u32 = 40;
/// How many are under way each time.
const AT_ONCE: usize = 3;

#[tokio::test]
async fn a_node_killed_at_200_moments_of_the_callback_leaves_nothing_half_done() {
    let cluster = Cluster::start().await;
    let mut firm = Firm::over(&cluster).await;
    firm.set("AUTO_MIGRATE", "false");
    let address = free_address();
    let mut log: Log = Vec::new();
    // How long a callback takes here, learnt by killing too early and too late.
    let mut callback = Duration::from_millis(10);
    for time in 0..TIMES {
        let mut node = Node::start(&firm.settings, address).await;
        let mut visits = JoinSet::new();
        for lane in 0..AT_ONCE {
            let (subject, visitor) = (format!("person-{time}-{lane}"), firm.visitor(address));
            let path = visitor.callback(&firm.clio, &subject).await.unwrap();
            visits.spawn(async move {
                let ended = visitor.finish(&path).await;
                (subject, visitor, ended)
            });
        }
        // From half of a callback to one and a half.
        tokio::time::sleep(callback * (5 + time % 11) / 10).await;
        node.kill();
        let ends = visits.join_all().await;
        let done = ends.iter().filter(|(_, _, ended)| ended.is_signed_in());
        match done.count() {
            0 => callback = callback * 9 / 8,
            AT_ONCE => callback = callback * 8 / 9,
            _ => {}
        }
        log.extend(ends);
    }
    let _node = Node::start(&firm.settings, address).await;
    let (done, lost): (Vec<_>, Vec<_>) = log.iter().partition(|(_, _, ended)| ended.is_signed_in());
    assert!(
        done.len() >= 50 && lost.len() >= 50,
        "the moments lie before and after: {} and {}",
        done.len(),
        lost.len()
    );
    for (subject, _, ended) in &lost {
        assert_eq!(*ended, Ended::Lost("callback"), "{subject}");
    }
    let pool = cluster.pool().await;
    nothing_is_lost(&firm, &pool, &log).await;
}

#[tokio::test]
async fn a_node_killed_in_the_middle_of_suspensions_leaves_each_done_or_absent() {
    let cluster = Cluster::start().await;
    let mut firm = Firm::over(&cluster).await;
    firm.set("AUTO_MIGRATE", "false");
    let address = free_address();
    let mut node = Node::start(&firm.settings, address).await;
    let admin = firm.visitor(address);
    assert!(admin.sign_in(&firm.clio, "admin").await.is_signed_in());
    let pool = cluster.pool().await;
    let owner = "UPDATE accounts SET role = 'owner', email_verified_at = now()";
    sqlx::query(owner).execute(&pool).await.unwrap();
    let mut people = Vec::new();
    for number in 0..SUSPENSIONS as usize * AT_ONCE {
        let visitor = firm.visitor(address);
        let ended = visitor
            .sign_in(&firm.clio, &format!("person-{number}"))
            .await;
        assert!(ended.is_signed_in(), "{ended:?}");
        people.push((visitor.account().await.unwrap().unwrap(), visitor));
    }
    // How long a suspension takes here, learnt as above.
    let mut suspension = Duration::from_millis(10);
    let mut told = Vec::new();
    for (time, some) in (0..SUSPENSIONS).zip(people.chunks(AT_ONCE)) {
        let mut acts = JoinSet::new();
        for (account, _) in some {
            let (admin, account) = (admin.clone(), *account);
            acts.spawn(async move {
                let suspend = format!("account={account}&reason=Left+the+firm&until=");
                let answer = admin.post("/admin/accounts/suspend", &suspend).await;
                answer.map(|(_, to)| (account, to))
            });
        }
        tokio::time::sleep(suspension * (5 + time % 11) / 10).await;
        node.kill();
        let answers: Vec<_> = acts.join_all().await.into_iter().flatten().collect();
        match answers.len() {
            0 => suspension = suspension * 9 / 8,
            AT_ONCE => suspension = suspension * 8 / 9,
            _ => {}
        }
        told.extend(answers);
        node = Node::start(&firm.settings, address).await;
    }
    for (account, to) in &told {
        assert!(!to.contains("problem"), "{account} leads to {to}");
        assert_eq!(
            status_of(&pool, *account).await,
            "suspended",
            "{account} was acknowledged"
        );
    }
    assert!(
        !told.is_empty() && told.len() < people.len(),
        "the moments lie before and after: {} of {}",
        told.len(),
        people.len()
    );
    let half_done = "SELECT count(*) FROM accounts a
         WHERE ((status = 'suspended')::int,
                (SELECT count(*) FROM audit_events e
                 WHERE e.account_id = a.id AND e.action = 'account.suspended'),
                (SELECT count(*) FROM sessions s
                 WHERE s.account_id = a.id AND s.revoked_at IS NULL))
            NOT IN ((1, 1, 0), (0, 0, 1))";
    assert_eq!(number(&pool, half_done).await, 0, "suspensions half done");
    for (account, visitor) in &people {
        let status = status_of(&pool, *account).await;
        let is_in = visitor.account().await.unwrap().is_some();
        assert_eq!(is_in, status == "active", "{account} is {status}");
    }
    firm.is_consistent(&pool).await;
}

async fn status_of(pool: &sqlx::PgPool, account: Uuid) -> String {
    sqlx::query_scalar("SELECT status FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_one(pool)
        .await
        .unwrap()
}
