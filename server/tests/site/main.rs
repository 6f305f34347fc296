//! The whole site over TCP, with a PostgreSQL and a Clio that really signs. A file per subject.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it can't go on"
)]

mod forge;
mod harness;

mod authorization_request;
mod callback;
mod id_token;
mod keys;
mod provider_faults;
mod race;
mod token_response;
