//! The program is killed at any moment of a sign-in.

use std::time::Duration;

use crate::{
    database_restarted::nothing_is_lost,
    harness::{Cluster, Ended, Firm, Log, Node, free_address},
};

/// How often it is killed.
const TIMES: u32 = 200;
/// Over which time after the callback was sent, in all: a callback takes less.
const MOMENTS: Duration = Duration::from_millis(40);

#[tokio::test]
async fn a_node_killed_at_200_moments_of_the_callback_leaves_nothing_half_done() {
    let cluster = Cluster::start().await;
    let mut firm = Firm::over(&cluster).await;
    firm.set("AUTO_MIGRATE", "false");
    let address = free_address();
    let mut log: Log = Vec::new();
    for time in 0..TIMES {
        let mut node = Node::start(&firm.settings, address).await;
        // Three at once, so that some are still to be written while others are answered.
        let mut visits = tokio::task::JoinSet::new();
        for lane in 0..3 {
            let (subject, visitor) = (format!("person-{time}-{lane}"), firm.visitor(address));
            let callback = visitor.callback(&firm.clio, &subject).await.unwrap();
            visits.spawn(async move {
                let ended = visitor.finish(&callback).await;
                (subject, visitor, ended)
            });
        }
        tokio::time::sleep(MOMENTS * time / TIMES).await;
        node.kill();
        log.extend(visits.join_all().await);
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
