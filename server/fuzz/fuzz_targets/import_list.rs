#![no_main]
//! What holds is in `server/tests/properties`, where the kept corpus is replayed, too.

#[path = "../../tests/properties/holds/import_list.rs"]
mod import_list;

libfuzzer_sys::fuzz_target!(|data: &[u8]| import_list::holds(data));
