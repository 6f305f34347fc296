//! The WebAssembly entry: links the app, so that its islands are in the bundle, and lets them wake.

// Without this the linker finds nothing that uses the islands, and drops them.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the page for its islands; the page wakes each of them by name afterwards.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
