//! The watch that a waiting person needn't keep.

use leptos::prelude::*;

/// Looks every few seconds whether the person has been admitted, and goes on by itself.
///
/// Rests while the page isn't seen. Without JavaScript, the page's own button does the same.
#[island]
pub fn AdmissionWatch() -> impl IntoView {
    let said = RwSignal::new("");
    #[cfg(feature = "hydrate")]
    Effect::new(move || watch::start(said));

    view! {
        <p class="fine" role="status">
            {move || said.get()}
        </p>
    }
}

#[cfg(feature = "hydrate")]
mod watch {
    use std::time::Duration;

    use leptos::{
        prelude::*,
        task::spawn_local,
        wasm_bindgen::{JsCast as _, JsValue},
        web_sys::Response,
    };

    /// How often to look.
    const INTERVAL: Duration = Duration::from_secs(5);

    /// Looks until the answer is yes.
    pub fn start(said: RwSignal<&'static str>) {
        said.set("This page goes on by itself as soon as you are let in.");
        set_interval(
            move || {
                if !document().hidden() {
                    spawn_local(async move {
                        if is_admitted().await.unwrap_or(false) {
                            said.set("You have been let in. Your account opens now.");
                            // The page itself knows where to go on. Should this fail, its own button
                            // leads there as well.
                            let _ = window().location().assign("/pending");
                        }
                    });
                }
            },
            INTERVAL,
        );
    }

    async fn is_admitted() -> Result<bool, JsValue> {
        let answer = window().fetch_with_str("/api/v1/session").await?;
        Ok(answer.dyn_into::<Response>()?.ok())
    }
}
