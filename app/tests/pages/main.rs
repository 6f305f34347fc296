//! Pages as browsers get them, from a backend without a database. One file per page.

#![expect(clippy::unwrap_used, reason = "a test stops where it can't go on")]

mod account;
mod claim;
mod fake;
mod link;
mod pending;
mod shell;
mod sign_in;
mod welcome;
