//! Addresses that nobody answers at, and addresses that nobody should call.

use std::{net::SocketAddr, time::Duration};

use tokio::net::TcpListener;

/// An address of this machine that nobody listens at.
pub fn nowhere() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A server that nobody should call.
pub struct Trap(TcpListener);

impl Trap {
    /// Begins to listen.
    pub async fn set() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// The URL of a path there.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.local_addr().unwrap())
    }

    /// Fails with these words when somebody has called.
    pub async fn stays_unvisited(&self, otherwise: &str) {
        let visited = tokio::time::timeout(Duration::from_millis(50), self.0.accept()).await;
        assert!(visited.is_err(), "{otherwise}");
    }
}
