//! The program as operators run it: the real binary, its exit codes and what it says.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that stops with the place and the cause is a good test"
)]

mod harness;

mod accounts;
mod admin;
mod audit;
mod cases;
mod database;
mod doctor;
mod invitations;
mod reviews;
mod serve;
mod sessions;
mod usage;
