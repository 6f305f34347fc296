//! HTTP: what happens to a request before a page or a server function sees it, and the answers that
//! are neither.

pub mod api;
pub mod assets;
pub mod bounds;
pub mod client;
pub mod cookie_changes;
pub mod cookies;
pub mod csv;
pub mod desk;
pub mod flow;
pub mod headers;
pub mod health;
pub mod limits;
mod links;
pub mod manage;
pub mod origin;
pub mod pages;
mod record;
mod review_pack;
mod rows;
pub mod session;
pub mod shield;
