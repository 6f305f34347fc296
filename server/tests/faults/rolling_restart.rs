//! Two nodes behind a reverse proxy, as the README describes it.

use std::net::SocketAddr;

use http::StatusCode;

use crate::{
    database_restarted::{nothing_is_lost, outcomes},
    harness::{Balancer, Cluster, Crowd, Ended, Firm, Log, Node, Visitor, free_address},
};

/// Two nodes over one database, and the proxy before them.
struct TwoNodes {
    nodes: [Node; 2],
    firm: Firm,
    /// Where people reach them.
    public: SocketAddr,
    _balancer: Balancer,
    cluster: Cluster,
}

impl TwoNodes {
    async fn start() -> Self {
        let cluster = Cluster::start().await;
        let public = free_address();
        cluster.sql("CREATE DATABASE vestibule").await;
        let firm = Firm::with(&cluster.url("vestibule"), public).await;
        let nodes = [firm.node().await, firm.node().await];
        let addresses: Vec<_> = nodes.iter().map(|node| node.address).collect();
        let balancer = Balancer::before(&addresses, public).await;
        Self {
            nodes,
            firm,
            public,
            _balancer: balancer,
            cluster,
        }
    }

    /// Somebody who is signed in before anything happens.
    async fn member(&self) -> Visitor {
        let member = self.firm.visitor(self.public);
        let ended = member.sign_in(&self.firm.clio, "member").await;
        assert!(ended.is_signed_in(), "{ended:?}");
        member
    }

    /// Sessions survive, that of the one who was signed in before too, and nothing is half done.
    async fn nothing_is_lost(&self, mut log: Log, member: Visitor) {
        log.push(("member".into(), member, Ended::SignedIn(String::new())));
        let pool = self.cluster.pool().await;
        nothing_is_lost(&self.firm, &pool, &log).await;
    }
}

#[tokio::test]
async fn two_nodes_behind_a_proxy_lose_no_sign_in_when_they_are_restarted_in_turn() {
    let mut site = TwoNodes::start().await;
    let member = site.member().await;

    let crowd = Crowd::start(&site.firm, &[site.public], "person", 8, usize::MAX);
    for turn in 0..4 {
        crowd.signs_in(20).await;
        let node = &mut site.nodes[turn % 2];
        node.ask_to_stop();
        assert!(node.ended().await.success());
        crowd.signs_in(20).await;
        *node = Node::start(&site.firm.settings, node.address).await;
    }
    crowd.signs_in(20).await;
    let log = crowd.stop().await;
    assert!(
        log.iter().all(|(_, _, ended)| ended.is_signed_in()),
        "{:?}",
        outcomes(&log)
    );
    site.nothing_is_lost(log, member).await;
}

#[tokio::test]
async fn a_node_that_is_killed_behind_a_proxy_costs_only_what_was_under_way() {
    const AT_ONCE: usize = 8;
    let mut site = TwoNodes::start().await;
    let member = site.member().await;

    let crowd = Crowd::start(&site.firm, &[site.public], "person", AT_ONCE, usize::MAX);
    for turn in 0..4 {
        crowd.signs_in(20).await;
        let node = &mut site.nodes[turn % 2];
        node.kill();
        crowd.signs_in(20).await;
        *node = Node::start(&site.firm.settings, node.address).await;
    }
    let log = crowd.stop().await;
    let failed = log
        .iter()
        .filter(|(_, _, ended)| !ended.is_signed_in())
        .count();
    assert!(failed <= 4 * AT_ONCE, "{:?}", outcomes(&log));
    site.nothing_is_lost(log, member).await;
}

#[tokio::test]
async fn limits_count_together_behind_a_proxy_and_other_addresses_get_through() {
    let site = TwoNodes::start().await;

    // Guesses at a password, which both nodes answer in turn.
    let mut refused = 0;
    let place = site.firm.visitor(site.public);
    for _ in 0..30 {
        let guesser = place.another_browser();
        let guess = "email=nobody%40harbourlane.test&password=guess";
        let (status, to) = guesser.post("/auth/local/password", guess).await.unwrap();
        if status == StatusCode::TOO_MANY_REQUESTS || to.contains("too_many") {
            refused += 1;
        }
    }
    assert!(refused >= 10, "{refused} of 30");
    let honest = site.firm.visitor(site.public);
    assert!(
        honest
            .sign_in(&site.firm.clio, "honest")
            .await
            .is_signed_in()
    );
}
