//! The program is killed at any moment of a sign-in.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::{
    database_restarted::nothing_is_lost,
    harness::{Cluster, Ended, Firm, Log, Node, free_address},
};

/// How often it is killed.
const TIMES: u32 = 200;
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
