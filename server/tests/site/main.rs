//! The whole site over TCP, with a PostgreSQL and a Clio that really signs. A file per subject.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it can't go on"
)]
#![expect(
    clippy::items_after_statements,
    reason = "a name stands beside the table it is for"
)]

mod forge;
mod harness;

mod accounts;
mod admission;
mod api;
mod audit;
mod authorization_request;
mod callback;
mod clio_errors;
mod database_away;
mod id_token;
mod keys;
mod linking;
mod mail;
mod odd_input;
mod one_time_links;
mod optional_claims;
mod overtaken;
mod pool;
mod profile;
mod provider_faults;
mod race;
mod rate_limits;
mod security_headers;
mod sessions;
mod settings;
mod shield;
mod texts;
mod token_response;
mod token_shape;
