//! The database stands still: connections stay open, and nobody answers.

use std::time::{Duration, Instant};

use http::StatusCode;

use crate::harness::{Cluster, Ended, Firm, until};

/// For how long it stands still.
const FROZEN: Duration = Duration::from_secs(30);
/// Within this time a person has an answer, whatever has failed.
const IN_TIME: Duration = Duration::from_secs(6);

#[tokio::test]
async fn a_database_frozen_for_30_seconds_is_told_quickly_and_nobody_is_signed_out() {
    let cluster = Cluster::start().await;
    let firm = Firm::over(&cluster).await;
    let node = firm.node().await;
    let (member, (stranger, callback)) = firm.one_in_and_one_under_way(node.address).await;

    cluster.freeze();
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut asked = 0;
    while began.elapsed() < FROZEN {
        // More at once than there are connections.
        let questions = (0..20).map(|_| async {
            let asked = Instant::now();
            let status = member.status("/account").await;
            (status, asked.elapsed())
        });
        for (status, took) in futures(questions).await {
            assert_eq!(status, Some(StatusCode::SERVICE_UNAVAILABLE));
            slowest = slowest.max(took);
            asked += 1;
        }
        assert!(node.is_alive().await, "alive");
        assert!(!node.is_ready().await, "and not ready");
        assert_eq!(
            stranger.finish(&callback).await,
            Ended::Unavailable("callback")
        );
    }
    cluster.thaw();
    assert!(slowest < IN_TIME, "{slowest:?} of {asked}");
    assert!(member.has_session_cookie());

    until("the node heals", Duration::from_secs(15), || {
        node.is_ready()
    })
    .await;
    assert!(member.account().await.unwrap().is_some(), "still signed in");
    assert!(
        matches!(
            stranger.finish(&callback).await,
            Ended::SignedIn(_) | Ended::Refused(_)
        ),
        "the attempt was used up or it wasn't"
    );
    let again = firm.visitor(node.address);
    assert!(again.sign_in(&firm.clio, "stranger").await.is_signed_in());
    let pool = cluster.pool().await;
    firm.is_consistent(&pool).await;
    assert!(!firm.clio.token_requests().is_empty());
}

/// Waits for all of them at once.
async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = all.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        pending.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}
