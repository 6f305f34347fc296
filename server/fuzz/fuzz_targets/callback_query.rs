#![no_main]
//! What holds is in `server/tests/properties`, where the kept corpus is replayed, too.

#[path = "../../tests/properties/holds/callback_query.rs"]
mod callback_query;

libfuzzer_sys::fuzz_target!(|data: &[u8]| callback_query::holds(data));
