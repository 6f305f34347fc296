//! `/admin/links`: the list of links.

mod filters;
mod table;
mod together;
mod views;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use self::{filters::Filters, table::Table, together::Together, views::Views};
use super::{DeskPage, keys::Keys};
use crate::{
    components::FormNote,
    gate, query,
    wire::desk::{
        Frame,
        links::{Connection, Count, LinksPage as Shown, Listing, Turn},
    },
    words::counted,
};

const HERE: &str = "/admin/links";

/// The list of links.
#[component]
pub fn LinksPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let query = use_location().search.get_untracked();
    let listing = Listing::read(query.trim_start_matches('?'));
    Suspend::new(async move {
        let frame = match visitor.backend.frame().await {
            Ok(frame) => frame,
            Err(failure) => return gate::failed(failure, HERE),
        };
        match visitor.backend.links(listing.clone()).await {
            Ok(shown) => view! { <Document frame shown listing/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, shown: Shown, listing: Listing) -> impl IntoView {
    let Shown {
        count,
        lines,
        previous,
        next,
        too_short,
        may_decide,
        firms,
        views,
    } = shown;
    let says = match count {
        Count::Exactly(count) => counted(count, "link", "links"),
        Count::MoreThan(count) => format!("More than {}", counted(count, "link", "links")),
    };
    let has_lines = !lines.is_empty();
    let reviewable = may_decide && has_lines && listing.connection != Connection::Disconnected;
    let contents = if lines.is_empty() {
        view! { <Nothing listing=listing.clone() too_short/> }.into_any()
    } else {
        view! {
            <Together query=listing.turned(None).query() count may_decide/>
            <Table lines listing=listing.clone() has_roster=firms.is_some()/>
        }
        .into_any()
    };
    view! {
        <DeskPage title="Linked accounts" here=HERE frame>
            <div class="desk-head">
                <h1>"Linked accounts"</h1>
                <p class="fine">{says}</p>
                <p class="actions">
                    {reviewable
                        .then(|| {
                            view! {
                                <a class="button button-quiet" href=query::new_review(&listing.to_review().query())>
                                    "Review these"
                                </a>
                            }
                        })}
                    <a class="button button-quiet" href=listing.download() download="">
                        "Export CSV"
                    </a>
                </p>
            </div>
            <FormNote/>
            <Filters listing=listing.clone() firms=firms.clone()/>
            <Views views query=listing.turned(None).query()/>
            {contents}
            <Pages listing previous next/>
            {has_lines.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

/// The pages before and behind, the first and the last.
#[component]
fn Pages(listing: Listing, previous: Option<String>, next: Option<String>) -> impl IntoView {
    if previous.is_none() && next.is_none() {
        return ().into_any();
    }
    let first = previous.is_some().then(|| listing.turned(None).path());
    let last = next
        .is_some()
        .then(|| listing.turned(Some(Turn::Last)).path());
    let previous = previous.map(|place| listing.turned(Some(Turn::Before(place))).path());
    let next = next.map(|place| listing.turned(Some(Turn::After(place))).path());
    let page = |href: Option<String>, name: &'static str, rel: Option<&'static str>| {
        href.map(|href| {
            view! {
                <a class="alone" href=href rel=rel>
                    {name}
                </a>
            }
        })
    };
    view! {
        <nav class="pages" aria-label="More links">
            {page(first, "First page", None)} {page(previous, "Previous page", Some("prev"))}
            {page(next, "Next page", Some("next"))} {page(last, "Last page", None)}
        </nav>
    }
    .into_any()
}

#[component]
fn Nothing(listing: Listing, too_short: bool) -> impl IntoView {
    let is_filtered = !listing.parts().is_empty();
    let says = match (too_short, is_filtered) {
        (true, _) => "A search needs a word of three characters or more.",
        (false, true) => "No link is like that.",
        (false, false) => {
            "Nobody has linked a Clio login yet. A link appears here with each person’s first sign-in."
        }
    };
    let way_on = if is_filtered {
        (listing.unfiltered().path(), "Show all links")
    } else {
        ("/admin/invitations".to_owned(), "Invite people")
    };
    view! {
        <div class="nothing">
            <p>{says}</p>
            <p>
                <a class="alone" href=way_on.0>
                    {way_on.1}
                </a>
            </p>
        </div>
    }
}
