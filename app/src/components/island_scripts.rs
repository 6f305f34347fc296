//! What wakes the islands of a page.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{backend::backend, policy};

/// Loads the islands' bundle and wakes each island by the function that carries its name.
///
/// Belongs on a page that has an island, and on no other: it is what makes a page load scripts, and
/// what widens the page's policy accordingly. A build without a bundle leaves the page as it is.
#[component]
pub fn IslandScripts() -> impl IntoView {
    let assets = backend().ok()?.assets();
    let (script, wasm, nonce) = (assets.script?, assets.wasm?, use_nonce()?);
    policy::with_islands(&nonce);
    let wake = format!(
        "import({script:?}).then(async(islands)=>{{\
         await islands.default({{module_or_path:{wasm:?}}});\
         islands.hydrate();\
         for(const island of document.querySelectorAll(\"leptos-island\"))\
         islands[island.dataset.component]?.(island)}})"
    );
    Some(view! {
        <link rel="modulepreload" href=script nonce=nonce.clone()/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin=""/>
        <script type="module" nonce=nonce inner_html=wake></script>
    })
}
