//! Faults: real processes over PostgreSQL clusters of their own, which are frozen, restarted, filled,
//! cut off, killed and replaced while people sign in. A file per fault.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where it can't go on"
)]

mod harness;

mod database_failover;
mod database_frozen;
mod database_full;
mod database_lost_connections;
mod database_restarted;
mod node_killed;
mod node_stopped;
mod rolling_restart;
