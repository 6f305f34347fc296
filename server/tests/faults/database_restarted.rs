//! The database crashes while people sign in, and is started again.

use std::{collections::BTreeMap, time::Duration};

use crate::harness::{Cluster, Crowd, Ended, Firm, Log, number, until};

/// Shows that whoever was told that they are signed in is, and that who wasn't is there as a whole or
/// not at all; then that everybody can sign in.
pub async fn nothing_is_lost(firm: &Firm, pool: &sqlx::PgPool, log: &Log) {
    for (subject, visitor, ended) in log {
        if ended.is_signed_in() {
            let account = visitor.account().await;
            assert!(
                matches!(account, Ok(Some(_))),
                "{subject} was told {ended:?}, and is {account:?}"
            );
        } else {
            assert!(!visitor.has_session_cookie(), "{subject}: {ended:?}");
        }
    }
    firm.is_consistent(pool).await;
    for (subject, visitor, ended) in log {
        if !ended.is_signed_in() {
            let again = visitor.sign_in(&firm.clio, subject).await;
            assert!(again.is_signed_in(), "{subject}: {ended:?}, then {again:?}");
        }
    }
    firm.is_consistent(pool).await;
    assert_eq!(
        number(pool, "SELECT count(*) FROM accounts").await,
        i64::try_from(log.len()).unwrap(),
        "everybody has one account"
    );
}

/// Nobody sees anything but: signed in, or try again.
pub fn nobody_sees_anything_odd(log: &Log) {
    for (subject, _, ended) in log {
        assert!(
            matches!(ended, Ended::SignedIn(_) | Ended::Unavailable(_)),
            "{subject}: {ended:?}"
        );
    }
}

/// The same after a crash, which empties the table of attempts (migration 0002): whoever had begun before it
/// and comes back after it is told to begin anew.
fn nobody_sees_anything_odd_after_a_crash(log: &Log) {
    let begins_anew = |ended: &Ended| matches!(ended, Ended::Refused(code) if code == "expired");
    for (subject, _, ended) in log.iter().filter(|(_, _, ended)| !begins_anew(ended)) {
        assert!(
            matches!(ended, Ended::SignedIn(_) | Ended::Unavailable(_)),
            "{subject}: {ended:?}"
        );
    }
}

#[tokio::test]
async fn a_database_that_crashes_under_100_sign_ins_loses_none_that_was_acknowledged() {
    let cluster = Cluster::start().await;
    let firm = Firm::over(&cluster).await;
    let node = firm.node().await;
    // Sixteen are under way whenever it crashes.
    let crowd = Crowd::start(&firm, &[node.address], "person", 16, usize::MAX);
    for _ in 0..3 {
        crowd.signs_in(30).await;
        cluster.crash();
        cluster.go().await;
    }
    crowd.signs_in(30).await;
    let log = crowd.stop().await;
    until("the node is ready", Duration::from_secs(10), || {
        node.is_ready()
    })
    .await;
    let pool = cluster.pool().await;
    let signed_in = log.iter().filter(|(_, _, ended)| ended.is_signed_in());
    assert!(signed_in.count() >= 100, "{:?}", outcomes(&log));
    nobody_sees_anything_odd_after_a_crash(&log);
    nothing_is_lost(&firm, &pool, &log).await;
}

/// How many ended how.
pub fn outcomes(log: &Log) -> Vec<(String, usize)> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (_, _, ended) in log {
        *counted.entry(format!("{ended:?}")).or_default() += 1;
    }
    counted.into_iter().collect()
}
