//! The rules: pure functions and types over `std`, `time`, `uuid` and `thiserror`.
//!
//! Nothing here reads a clock, a database or the network; every fact comes in as an argument.

pub mod account;
pub mod admission;
pub mod clio_error;
pub mod code;
pub mod desk;
pub mod device;
pub mod email;
pub mod id_token;
pub mod linking;
pub mod login;
pub mod manage;
pub mod moment;
pub mod name;
pub mod not_me;
pub mod password;
pub mod profile;
pub mod proof;
pub mod reference;
pub mod replay;
pub mod return_to;
