//! What every step of the prompt shows.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::CancelLink,
    components::{DoneNote, Doorway, FormNote, Page},
};

/// The two that would become one.
#[component]
pub fn BothSides(
    /// The name at Clio; empty if Clio sent none.
    clio_name: String,
    /// The e-mail that both have.
    email: String,
    /// The name of the account, once it is proved; empty if it has none.
    #[prop(optional_no_strip)]
    account_name: Option<String>,
) -> impl IntoView {
    let look = if account_name.is_some() {
        "pair is-proved"
    } else {
        "pair"
    };
    let clio = match (&account_name, clio_name.is_empty()) {
        (Some(_), _) => view! { <Name name=clio_name/> }.into_any(),
        (None, false) => view! { <p class="card-name">{clio_name}</p> }.into_any(),
        (None, true) => ().into_any(),
    };
    let account = match account_name {
        Some(name) => view! {
            <Name name/>
            <p class="address">{email.clone()}</p>
        }
        .into_any(),
        None => view! {
            <p class="card-name address">{email.clone()}</p>
            <p class="fine">"More is shown once you have proved that it’s yours."</p>
        }
        .into_any(),
    };
    view! {
        <div class=look>
            <section class="card">
                <h2>"Your Clio login"</h2>
                {clio}
                <p class="address">{email}</p>
            </section>
            <section class="card">
                <h2>"An account here"</h2>
                {account}
            </section>
        </div>
    }
}

#[component]
fn Name(name: String) -> impl IntoView {
    if name.is_empty() {
        view! { <p class="card-name absent">"No name yet"</p> }.into_any()
    } else {
        view! { <p class="card-name">{name}</p> }.into_any()
    }
}

/// What linking does, and what it leaves alone.
#[component]
pub fn Consequences(
    /// What stays of the account.
    of_account: &'static [&'static str],
) -> impl IntoView {
    view! {
        <div class="columns">
            <section>
                <h2>"What changes"</h2>
                <ul>
                    <li>"Your Clio login opens this account from now on."</li>
                    <li>"Other browsers signed in to it are signed out."</li>
                    <li>"A mail to the account’s address says so."</li>
                </ul>
            </section>
            <section>
                <h2>"What stays"</h2>
                <ul>
                    {of_account.iter().map(|what| view! { <li>{*what}</li> }).collect_view()}
                    <li>"Everything in Clio. No data is copied."</li>
                </ul>
            </section>
        </div>
    }
}

/// The way out.
#[component]
pub fn NotYou() -> impl IntoView {
    view! {
        <form class="last-word" method="post" action=CancelLink::PATH>
            "Not you? "
            <button class="link-button">"Use another Clio login"</button>
        </form>
    }
}

/// In place of a prompt.
#[component]
pub fn NothingToLink() -> impl IntoView {
    view! {
        <Page title="There’s nothing to link">
            <div class="empty">
                <Doorway/>
                <h1>"There’s nothing to link"</h1>
                <DoneNote/>
                <FormNote/>
                <p class="lead">
                    "A link waits for fifteen minutes, in the browser where it began. This one is settled, or its time is over."
                </p>
                <p class="actions">
                    <a class="button" href="/sign-in">"Go to sign-in"</a>
                </p>
            </div>
        </Page>
    }
}
