//! A simulated Clio Manage for each region: who belongs to which firm, behind OAuth and API v4.
//!
//! A region is a world of its own: its firms and users, the application's key and secret there, codes and tokens.
//! What is of one region is unknown in another, and looks revoked.

mod answers;
mod deauthorized;
mod fields;
pub mod firm;
mod grants;
mod handle;
mod here;
mod list;
mod pages;
mod rate;
mod region;
mod web;

pub use firm::{Firm, ManageUser};
pub use handle::Manage;
pub use region::{Endpoint, ReceivedManageRequest, Region};

pub(crate) use region::Branches;
pub(crate) use web::routes;
