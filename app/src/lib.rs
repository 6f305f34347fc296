//! What people see: pages, components, islands, the types that travel between browser and
//! server, and the server functions, each a few lines that hand over to the [`Backend`].
//!
//! Built twice: for the server (feature `ssr`), which renders pages and carries out server
//! functions, and for the browser (feature `hydrate`), where only the islands wake up.
//! Rules, SQL and everything secret live in the server crate, which this crate doesn't know.
//!
//! [`Backend`]: backend::Backend

pub mod api;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod components;
pub mod islands;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod respond;
pub mod wire;

#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use shell::{App, error_document, shell};
