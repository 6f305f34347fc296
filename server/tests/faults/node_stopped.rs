//! The program is asked to stop while people come back from Clio.

use std::time::{Duration, Instant};

use simulated_clio::{Outcome, Span};
use tokio::task::JoinSet;

use crate::harness::{Cluster, Ended, Firm, until};

/// Within this time it has ended.
const DRAINS_WITHIN: Duration = Duration::from_secs(10);
const PEOPLE: usize = 50;

/// Fifty people come back at once; once Clio has heard of all of them the node is asked to stop. How
/// each ended, and how the node did.
async fn stopped_amid(firm: &Firm) -> (Vec<Ended>, std::process::ExitStatus, Duration) {
    let mut node = firm.node().await;
    let asked = firm.clio.token_requests().len();
    let mut visits = JoinSet::new();
    for number in 0..PEOPLE {
        let visitor = firm.visitor(node.address);
        let subject = format!("person-{asked}-{number}");
        let callback = visitor.callback(&firm.clio, &subject).await.unwrap();
        visits.spawn(async move { visitor.finish(&callback).await });
    }
    until(
        "all are being exchanged",
        Duration::from_secs(20),
        || async { firm.clio.token_requests().len() == asked + PEOPLE },
    )
    .await;
    let began = Instant::now();
    node.ask_to_stop();
    let status = node.ended().await;
    (visits.join_all().await, status, began.elapsed())
}

#[tokio::test]
async fn a_node_that_is_stopped_lets_50_callbacks_under_way_finish() {
    let cluster = Cluster::start().await;
    let firm = Firm::over(&cluster).await;
    firm.clio
        .every_token(|token| token.answer.delay = Some(Duration::from_secs(2)));
    let (ended, status, took) = stopped_amid(&firm).await;
    assert!(ended.iter().all(Ended::is_signed_in), "{ended:?}");
    assert!(
        status.success() && took < DRAINS_WITHIN,
        "{status} after {took:?}"
    );
    firm.clio.honest_tokens();

    // Clio hangs: everybody is told, and it ends in time all the same.
    firm.clio
        .switch(Outcome::TokenHangs, Span::UntilSwitchedBack);
    let (ended, status, took) = stopped_amid(&firm).await;
    let told = Ended::Refused("clio_unavailable".into());
    assert!(ended.iter().all(|ended| *ended == told), "{ended:?}");
    assert!(
        status.success() && took < DRAINS_WITHIN,
        "{status} after {took:?}"
    );
    firm.clio.switch(Outcome::Normal, Span::UntilSwitchedBack);

    let node = firm.node().await;
    let witness = firm.visitor(node.address);
    assert!(witness.sign_in(&firm.clio, "witness").await.is_signed_in());
    let pool = cluster.pool().await;
    firm.is_consistent(&pool).await;
}
