//! `/account/activity`: what happened to one's own account.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::Undo,
    components::{AccountNav, DoneNote, Doorway, FormNote, Page, When},
    gate, query,
    wire::{Activity, Doer, Happening},
    words::happening,
};

const HERE: &str = "/account/activity";

/// A page of what happened, newest first.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let visitor = match gate::active_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let before = query::parameter("before");
        match visitor.backend.activity(before).await {
            Ok(activity) => view! { <Document activity/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(activity: Activity) -> impl IntoView {
    let Activity {
        happenings,
        older,
        is_later_page,
    } = activity;
    let contents = if happenings.is_empty() {
        view! { <Nothing is_later_page/> }.into_any()
    } else {
        view! {
            <ol class="timeline">
                {happenings
                    .into_iter()
                    .map(|happening| view! { <Entry happening/> })
                    .collect_view()}
            </ol>
        }
        .into_any()
    };
    view! {
        <Page title="Activity">
            <AccountNav here=HERE/>
            <h1>"Activity"</h1>
            <p class="lead">"What happened to your account, the newest first."</p>
            <DoneNote/>
            <FormNote/>
            {contents}
            {(older.is_some() || is_later_page)
                .then(|| {
                    view! {
                        <nav class="pages" aria-label="More activity">
                            {is_later_page.then(|| view! { <a class="alone" href=HERE>"Newest"</a> })}
                            {older
                                .map(|older| {
                                    view! {
                                        <a class="alone" href=query::link(HERE, &[("before", &older)])>
                                            "Earlier"
                                        </a>
                                    }
                                })}
                        </nav>
                    }
                })}
        </Page>
    }
}

#[component]
fn Entry(happening: Happening) -> impl IntoView {
    let sentence = self::happening(&happening);
    let Happening {
        event,
        at,
        by,
        reference,
        undo_until,
        ..
    } = happening;
    let who = match by {
        Doer::You => "By you · ",
        Doer::Administrator => "By an administrator · ",
        Doer::Nobody => "",
    };
    let can_undo = undo_until.is_some();
    let what = format!(": {sentence}");
    view! {
        <li class="with-act">
            <div>
                <p>{sentence}</p>
                <p class="fine">
                    {who} <When moment=at/>
                    {reference.map(|reference| view! { " · reference " <code>{reference}</code> })}
                </p>
                {undo_until
                    .map(|until| view! { <p class="fine">"Can be undone until " {until}</p> })}
            </div>
            {can_undo
                .then(|| {
                    view! {
                        <form method="post" action=Undo::PATH>
                            <input type="hidden" name="event" value=event/>
                            <button class="button button-quiet">
                                "Undo" <span class="unseen">{what}</span>
                            </button>
                        </form>
                    }
                })}
        </li>
    }
}

#[component]
fn Nothing(is_later_page: bool) -> impl IntoView {
    let (says, href, act) = if is_later_page {
        ("Nothing happened before that.", HERE, "See the newest")
    } else {
        (
            "Nothing has happened to your account yet.",
            "/account",
            "Go to your account",
        )
    };
    view! {
        <div class="empty">
            <Doorway/>
            <p>{says}</p>
            <p class="actions">
                <a class="button button-quiet" href=href>
                    {act}
                </a>
            </p>
        </div>
    }
}
