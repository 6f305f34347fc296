//! The OpenID protocol as Clio Identity speaks it: rules only, no pages.

pub(crate) mod authorize;
pub(crate) mod callback;
pub(crate) mod discovery;
pub(crate) mod error;
pub(crate) mod id_token;
pub mod keys;
pub(crate) mod parameters;
pub(crate) mod token;
