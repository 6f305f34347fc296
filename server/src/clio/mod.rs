//! Clio Identity, as a relying party sees it: the request, the exchange, the keys, the ID token.
//!
//! What comes back from here is a verified login or a reason; no token leaves this module.

mod answer;
mod http;
pub mod id_token;
pub mod json;
mod keys;
mod provider;

pub use http::FetchError;
pub use id_token::TokenFault;
pub use keys::{KeyError, KeySet};
pub use provider::{Authorization, ExchangeError, Provider, SetupError};
