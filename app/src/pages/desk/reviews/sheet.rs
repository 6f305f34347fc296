//! A page of links under review: what is known of each, and what is said of it.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::desk::DecideLinks,
    components::When,
    wire::desk::{ReviewDecision, ReviewItem, ReviewShow, ReviewedLogin, SaidBefore},
    words::{
        self,
        reviews::{choice, proved, said, standing},
    },
};

/// A page of links that can be decided about: one form for all of them.
#[component]
pub fn Sheet(
    /// The review.
    id: String,
    /// What is shown, where the answer leads back to.
    show: ReviewShow,
    /// The links.
    items: Vec<ReviewItem>,
) -> impl IntoView {
    let has_undecided = items.iter().any(|item| item.said.is_none() && !item.is_own);
    view! {
        <form method="post" action=DecideLinks::PATH>
            <input type="hidden" name="review" value=id/>
            <input type="hidden" name="show" value=show.code()/>
            <ul class="rows review-items">
                {items
                    .into_iter()
                    .enumerate()
                    .map(|(number, item)| {
                        view! {
                            <li class="review-item">
                                <Question number item/>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <p class="fine">
                "You can say otherwise until the review is closed. A note without a choice counts as unsure."
            </p>
            <p class="actions">
                <button class="button">"Save what you chose"</button>
                {has_undecided
                    .then(|| {
                        view! {
                            <button class="button button-quiet" name="rest" value="keep">
                                "Save, and keep all others on this page"
                            </button>
                        }
                    })}
            </p>
        </form>
    }
}

#[component]
fn Question(number: usize, mut item: ReviewItem) -> impl IntoView {
    if item.is_own {
        return view! {
            <Known item/>
            <p class="fine">"This is your own link: another reviewer decides about it."</p>
        }
        .into_any();
    }
    let field = |name: &str| format!("said[{number}][{name}]");
    let note_id = format!("note-{}", item.place);
    let chosen = item.said.as_ref().map(|said| said.decision);
    let note = item.said.as_ref().map(|said| said.note.clone());
    let legend = format!("{}, {}", item.name, item.email);
    let (place, version) = (item.place, item.version);
    // What was remarked stands in the field.
    if let Some(said) = &mut item.said {
        said.note.clear();
    }
    view! {
        <Known item/>
        <fieldset class="review-choices">
            <legend class="unseen">{legend}</legend>
            <input type="hidden" name=field("place") value=place/>
            <input type="hidden" name=field("version") value=version/>
            {ReviewDecision::ALL
                .map(|decision| {
                    view! {
                        <label class="choice">
                            <input
                                type="radio"
                                name=field("decision")
                                value=decision.code()
                                checked=chosen == Some(decision)
                            />
                            <span>{choice(decision)}</span>
                        </label>
                    }
                })
                .into_iter()
                .collect_view()}
            <label class="unseen" for=note_id.clone()>
                "Note"
            </label>
            <input
                id=note_id
                name=field("note")
                type="text"
                maxlength="240"
                autocomplete="off"
                placeholder="Note"
                value=note
            />
        </fieldset>
    }
    .into_any()
}

/// A page of links that are only looked at.
#[component]
pub fn Links(
    /// The links.
    items: Vec<ReviewItem>,
) -> impl IntoView {
    view! {
        <ul class="rows review-items">
            {items
                .into_iter()
                .map(|item| {
                    view! {
                        <li class="review-item">
                            <Known item/>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// What is known of a link, and what was said of it.
#[component]
fn Known(item: ReviewItem) -> impl IntoView {
    let ReviewItem {
        link,
        name,
        email,
        clio_email,
        role,
        status,
        method,
        linked,
        last_used,
        reviewer,
        login,
        said: before,
        ..
    } = item;
    let clio = clio_email.filter(|clio| *clio != email);
    view! {
        <div class="review-known">
            <h3>
                <a class="address" href=format!("/admin/links/{link}")>
                    {name}
                </a>
            </h3>
            <p class="address">
                {email} {clio.map(|clio| view! { " · at Clio " {clio} })}
            </p>
            <p class="fine">
                {words::role(role)} " · " {standing(status)} " · " {proved(method)} " " <When moment=linked/>
                " · last used " <When moment=last_used/>
            </p>
            {reviewer.map(|name| view! { <p class="fine address">"To be decided by " {name}</p> })}
            <Login login/>
            {before.map(|before| view! { <Before before/> })}
        </div>
    }
}

#[component]
fn Login(login: ReviewedLogin) -> impl IntoView {
    match login {
        ReviewedLogin::Connected => ().into_any(),
        ReviewedLogin::ConnectedAgain => view! {
            <p class="fine">"Disconnected by this review, and connected again since."</p>
        }
        .into_any(),
        ReviewedLogin::Disconnected(moment) => view! {
            <p class="fine">"Disconnected by this review " <When moment/></p>
        }
        .into_any(),
        ReviewedLogin::Gone => view! {
            <p class="fine">"Disconnected meanwhile, not by this review."</p>
        }
        .into_any(),
    }
}

#[component]
fn Before(before: SaidBefore) -> impl IntoView {
    let SaidBefore {
        decision,
        note,
        by,
        at,
    } = before;
    let look = match decision {
        ReviewDecision::Keep => "badge badge-good",
        ReviewDecision::Revoke => "badge badge-danger",
        ReviewDecision::Unsure => "badge badge-caution",
    };
    view! {
        <p>
            <span class=look>{said(decision)}</span>
            <span class="fine address">" by " {by} ", " <When moment=at/></span>
        </p>
        {(!note.is_empty()).then(|| view! { <p class="address">{format!("“{note}”")}</p> })}
    }
}
