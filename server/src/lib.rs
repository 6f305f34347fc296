//! The program: rules, SQL, Clio, HTTP.
//!
//! One direction, no way back: `domain` ← `db`, `clio`, `mail` ← `service` ← `http`, `backend` ←
//! `startup` ← `cli`.

pub mod backend;
pub mod cli;
pub mod clio;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
mod error_chain;
pub mod http;
pub mod mail;
pub mod random;
pub mod secrets;
pub mod service;
pub mod startup;
pub mod telemetry;
pub mod vault;
