//! What people see: pages, components, islands, the types that travel between browser and
//! server, and the server functions, each a few lines that hand over to the [`Backend`].
//!
//! Built twice: for the server (feature `ssr`), which renders pages and carries out server
//! functions, and for the browser (feature `hydrate`), where only the islands wake up.
//! Rules, SQL and everything secret live in the server crate, which this crate doesn't know.
//!
//! [`Backend`]: backend::Backend

// A view's type is as deep as its markup.
#![recursion_limit = "256"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
mod errors;
#[cfg(feature = "ssr")]
mod gate;
pub mod islands;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod policy;
#[cfg(feature = "ssr")]
mod query;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
pub mod respond;
#[cfg(feature = "ssr")]
mod shell;
pub mod wire;
mod words;

#[cfg(feature = "ssr")]
pub use errors::{ErrorPage, Site, error_document};
#[cfg(feature = "ssr")]
pub use policy::STILL_PAGE;
#[cfg(feature = "ssr")]
pub use render::page;
#[cfg(feature = "ssr")]
pub use shell::{App, PAGES_WITH_THEIR_FORM, shell};
