//! The progress of long work, kept up to date.

use leptos::prelude::*;

/// Puts what the page says by now in place of what is inside it, every two seconds, and loads the page
/// anew once the work is over. What is inside says that it goes on with `data-under-way`.
///
/// Rests while the page isn't seen. Without JavaScript, the page's own link looks again.
#[island]
pub fn ProgressWatch(
    /// What is shown so far; its `id` is [`PROGRESS`].
    children: Children,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(watch::start);
    view! { <div role="status">{children()}</div> }
}

/// The `id` of what is shown of the progress.
pub const PROGRESS: &str = "progress";

#[cfg(feature = "hydrate")]
mod watch {
    use std::time::Duration;

    use leptos::{
        prelude::*,
        task::spawn_local,
        wasm_bindgen::{JsCast as _, JsValue},
        web_sys::{HtmlTemplateElement, Response},
    };

    use super::PROGRESS;

    /// How often to look.
    const INTERVAL: Duration = Duration::from_secs(2);

    /// Looks for as long as the page is there.
    pub fn start() {
        set_interval(
            || {
                if !document().hidden() {
                    // Whatever keeps an answer from arriving, the next look may get one.
                    spawn_local(async {
                        let _ = look().await;
                    });
                }
            },
            INTERVAL,
        );
    }

    async fn look() -> Result<(), JsValue> {
        let location = window().location();
        let answer = window().fetch_with_str(&location.href()?).await?;
        let html = answer.dyn_into::<Response>()?.text()?.await?;
        // Nothing in a template runs or is loaded.
        let page = document()
            .create_element("template")?
            .unchecked_into::<HtmlTemplateElement>();
        page.set_inner_html(&html.as_string().unwrap_or_default());
        let selector = "#".to_owned() + PROGRESS + "[data-under-way]";
        match (
            page.content().query_selector(&selector)?,
            document().get_element_by_id(PROGRESS),
        ) {
            (Some(now), Some(shown)) => shown.set_inner_html(&now.inner_html()),
            _ => location.reload()?,
        }
        Ok(())
    }
}
