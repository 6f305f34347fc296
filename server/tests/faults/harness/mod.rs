//! What the tests stand on.
//!
//! * [`Cluster`] is a PostgreSQL of a test's own, whose processes it stops, kills and promotes.
//! * [`Firm`] is an installation over one: a simulated Clio and the settings, from which
//!   [`Firm::node`] starts the real program as often as a test likes. [`Balancer`] is a proxy
//!   before several, [`Address`] one that moves.
//! * [`Firm::visitor`] is a browser that may meet anything; [`Ended`] is how its sign-in ended. A [`Crowd`]
//!   signs in, a few at a time, until it is told to stop.
//! * [`Firm::is_consistent`] holds after any fault: whatever is there is there as a whole.

mod balancer;
mod cluster;
mod crowd;
mod firm;
mod node;
mod visitor;
mod waiting;

pub use self::{
    balancer::{Address, Balancer},
    cluster::Cluster,
    crowd::{Crowd, Log},
    firm::{Firm, number},
    node::Node,
    visitor::{Ended, Visitor},
    waiting::{free_address, until},
};
