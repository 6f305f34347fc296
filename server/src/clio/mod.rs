//! Clio Identity, as a relying party sees it: the request, the exchange, the keys, the ID token. And
//! [Clio Manage](manage), as a client of its API.
//!
//! What comes back of Clio Identity is a verified login or a reason; none of its tokens leaves this module.

mod answer;
mod http;
pub mod id_token;
pub mod json;
mod keys;
pub mod manage;
mod provider;

pub use http::FetchError;
pub use id_token::TokenFault;
pub use keys::{KeyError, KeySet};
pub use provider::{Authorization, ExchangeError, Provider, SetupError};
