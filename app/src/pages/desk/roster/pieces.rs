//! What several pages of the room are set from.

use leptos::prelude::*;

use crate::{
    pages::desk::pieces::{Address, StatusBadge},
    query,
    wire::{
        Role, Status,
        desk::roster::{RosterAccount, RosterDoer, What},
    },
    words::{role, roster as say},
};

/// Somebody who did something, with the way to their account.
#[component]
pub(super) fn Doer(doer: RosterDoer) -> impl IntoView {
    view! {
        <a class="address" href=query::desk_page("accounts", &doer.account, None)>
            {doer.name}
        </a>
    }
}

/// A person of Clio: name, and below it the e-mail, and the firm where there are several.
#[component]
pub(super) fn Person(
    name: String,
    email: String,
    /// The firm, where there are several.
    firm: Option<String>,
) -> impl IntoView {
    let has_more = !email.is_empty() && email != name;
    view! {
        <span class="address">{name}</span>
        {has_more.then(|| view! { <span class="second"><Address email/></span> })}
        {firm.map(|firm| view! { <span class="second">{firm}</span> })}
    }
}

/// The account here, if there is one, with what isn't ordinary about it.
#[component]
pub(super) fn AccountHere(account: Option<RosterAccount>) -> impl IntoView {
    let Some(account) = account else {
        return view! { <span class="absent">"No account here"</span> }.into_any();
    };
    let RosterAccount {
        id,
        name,
        email,
        status,
        role: may,
    } = account;
    let is_named = name != email;
    view! {
        <div>
            <a class="address" href=query::desk_page("accounts", &id, None)>
                {name}
            </a>
            {is_named.then(|| view! { <span class="second"><Address email/></span> })}
            {(status != Status::Active).then(|| view! { " " <StatusBadge status/> })}
            {(may > Role::Member).then(|| view! { <span class="second">{role(may)}</span> })}
        </div>
    }
    .into_any()
}

/// What differs: what was, struck out, and what is instead.
#[component]
pub(super) fn Differs(what: What) -> impl IntoView {
    let value = |text: String| {
        if text.is_empty() {
            "Not given".into_any()
        } else {
            view! { <span class="address">{text}</span> }.into_any()
        }
    };
    let (before, after) = match (say::turned(&what), what) {
        (_, What::Email { before, after }) => {
            let address = |email| view! { <Address email/> }.into_any();
            (address(before), address(after))
        }
        (_, What::Name { before, after }) => (value(before), value(after)),
        (turned, _) => {
            let (before, after) = turned.unwrap_or_default();
            (before.into_any(), after.into_any())
        }
    };
    view! {
        <div class="before-after">
            <del>
                <span class="unseen">"Before: "</span>
                {before}
            </del>
            <ins>
                <span class="unseen">"Now: "</span>
                {after}
            </ins>
        </div>
    }
}

/// The pages of a list: back to its beginning, and on.
#[component]
pub(super) fn Pager(
    /// What it is about.
    about: &'static str,
    /// The beginning, unless it is seen.
    first: Option<String>,
    /// The next page, if there is one.
    next: Option<String>,
    /// What the link to it says.
    #[prop(default = "Next")]
    says: &'static str,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label=about>
                {first.map(|href| view! { <a class="alone" href=href>"From the beginning"</a> })}
                {next.map(|href| view! { <a class="alone" href=href rel="next">{says}</a> })}
            </nav>
        }
    })
}
