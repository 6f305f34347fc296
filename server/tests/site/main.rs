//! The whole site over TCP, with a PostgreSQL and a Clio that really signs. A file per subject.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it can't go on"
)]

mod harness;

mod authorization_request;
