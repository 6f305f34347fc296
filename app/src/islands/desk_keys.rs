//! Keys for whoever works through a table of the desk.

use leptos::prelude::*;

/// Takes `j` and `k` to the next row and the one before, `x` to tick it, and `/` to the search; says so
/// once it is awake, as far as there is something to tick and to search. A row is an element with `data-row`, the
/// search is the one with `data-search`.
#[island]
pub fn DeskKeys() -> impl IntoView {
    let awake = RwSignal::new(false);
    let ticks = RwSignal::new(false);
    let searches = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        keys::listen();
        ticks.set(keys::has(keys::TICK));
        searches.set(keys::has(keys::SEARCH));
        awake.set(true);
    });
    view! {
        <p class="fine keys" hidden=move || !awake.get()>
            <kbd>"j"</kbd>
            " "
            <kbd>"k"</kbd>
            " next row and the one before"
            <span hidden=move || !ticks.get()>
                ", "
                <kbd>"x"</kbd>
                " tick it"
            </span>
            <span hidden=move || !searches.get()>
                ", "
                <kbd>"/"</kbd>
                " search"
            </span>
        </p>
    }
}

#[cfg(feature = "hydrate")]
mod keys {
    use leptos::{
        ev::{KeyboardEvent, keydown},
        prelude::*,
        wasm_bindgen::JsCast as _,
        web_sys::{Element, HtmlElement},
    };

    /// Where letters are typed, they are text.
    const TYPED_INTO: &str = "input:not([type=checkbox]),textarea,select";
    const ROW: &str = "[data-row]";
    /// What `x` ticks, and where `/` leads.
    pub const TICK: &str = "[data-row] input[type=checkbox]";
    pub const SEARCH: &str = "[data-search]";

    /// Whether the page has one of these.
    pub fn has(selector: &str) -> bool {
        find(selector).is_some()
    }

    /// Listens for as long as the page is there.
    pub fn listen() {
        window_event_listener(keydown, |event| {
            if is_taken(&event) == Some(true) {
                event.prevent_default();
            }
        });
    }

    /// Does what a key stands for; `Some(true)` when it was one of ours.
    fn is_taken(event: &KeyboardEvent) -> Option<bool> {
        let target = event.target()?.dyn_into::<Element>().ok()?;
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return None;
        }
        if target.matches(TYPED_INTO).ok()? {
            return None;
        }
        let row = target.closest(ROW).ok()?;
        match event.key().as_str() {
            "/" => focus(find(SEARCH)?),
            "j" => focus(link_in(&match row {
                Some(row) => row.next_element_sibling()?,
                None => find(ROW)?,
            })?),
            "k" => focus(link_in(&row?.previous_element_sibling()?)?),
            "x" => {
                row?.query_selector("input[type=checkbox]")
                    .ok()??
                    .dyn_into::<HtmlElement>()
                    .ok()?
                    .click();
                Some(true)
            }
            _ => None,
        }
    }

    fn find(selector: &str) -> Option<Element> {
        document().query_selector(selector).ok()?
    }

    fn link_in(row: &Element) -> Option<Element> {
        row.query_selector("a").ok()?
    }

    fn focus(element: Element) -> Option<bool> {
        element.dyn_into::<HtmlElement>().ok()?.focus().ok()?;
        Some(true)
    }
}
