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
mod activity;
mod admission;
mod api;
mod audit;
mod authorization_request;
mod callback;
mod changed_email;
mod clio_errors;
mod confirming;
mod confirming_with_clio;
mod connections;
mod database_away;
mod desk;
mod disconnecting;
mod email_cases;
mod id_token;
mod keys;
mod linking;
mod local_limits;
mod local_secrecy;
mod local_sign_in;
mod mail;
mod manage;
mod new_device;
mod not_me;
mod not_me_afterwards;
mod odd_input;
mod one_time_links;
mod optional_claims;
mod outbox;
mod overtaken;
mod own_code_limits;
mod own_password;
mod own_sessions;
mod panics;
mod pool;
mod profile;
mod provider_bodies;
mod provider_faults;
mod provider_tls;
mod race;
mod rate_limits;
mod restored;
mod restored_exports;
mod return_to;
mod security_headers;
mod sessions;
mod settings;
mod shield;
mod sign_in_codes;
mod texts;
mod token_response;
mod token_shape;
mod undoing;
mod upgrades;
