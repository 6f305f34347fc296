#![no_main]
//! What holds is in `server/tests/properties`, where the kept corpus is replayed, too.

#[path = "../../tests/properties/holds/token_claims.rs"]
mod token_claims;

libfuzzer_sys::fuzz_target!(|data: &[u8]| token_claims::holds(data));
