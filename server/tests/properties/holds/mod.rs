//! What holds for any bytes that strangers send, one file for each reader of them.
//!
//! Each has a `holds(bytes)` that panics where something doesn't. They are called with made-up
//! bytes by the tests beside this folder, with the kept corpus by [`super::corpus`], and with
//! whatever the fuzzer thinks of by `server/fuzz`.

pub mod callback_query;
pub mod cookies;
pub mod import_list;
pub mod return_to;
pub mod token_claims;
