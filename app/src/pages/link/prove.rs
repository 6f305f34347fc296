//! The steps at which the account is still to be proved.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    pieces::{BothSides, Consequences, NotYou},
    rungs::{ByAdministrator, ByCode, ByConnectedLogin, ByPassword, TriesUsedUp},
};
use crate::{
    api::KeepSeparate,
    components::{DoneNote, FormNote, IslandScripts, Page},
    wire::{Asked, FormProblem},
};

/// What stays of the account, as long as its name isn't known.
const STAYS: &[&str] = &[
    "The account’s role and history.",
    "Its name. If Clio has another one, you choose which name the account carries.",
];

/// What is said by the note about the tries that are used up.
const WHEN_USED_UP: &[FormProblem] = &[
    FormProblem::WrongPassword,
    FormProblem::WrongCode,
    FormProblem::TooMany,
];

/// Nothing is proved: the same page for everybody who brought the same along.
#[component]
pub fn Prove(
    clio_name: String,
    email: String,
    tries_left: u8,
    code_sent: bool,
    asked: Option<Asked>,
    may_keep_separate: bool,
) -> impl IntoView {
    let rungs = (tries_left > 0).then(|| {
        view! {
            <ByPassword email=email.clone() tries_left/>
            <ByCode email=email.clone() tries_left code_sent/>
            <ByConnectedLogin/>
        }
    });
    // What is said at its own field isn't said twice.
    let at_fields: &[FormProblem] = match (tries_left, code_sent) {
        (0, _) => WHEN_USED_UP,
        (_, false) => &[FormProblem::WrongPassword],
        (_, true) => &[FormProblem::WrongPassword, FormProblem::WrongCode],
    };
    view! {
        <Page title="Is this account yours?">
            <h1>"Is this account yours?"</h1>
            <p class="lead">
                "An account here already has the e-mail of your Clio login. Show that it is yours, and from then on the two are one way in."
            </p>
            <DoneNote/>
            <BothSides clio_name email/>
            <section>
                <h2>"Show that it’s yours"</h2>
                <FormNote but=at_fields/>
                <TriesUsedUp tries_left/>
                <ul class="rungs">
                    {rungs} <ByAdministrator asked is_only_way=tries_left == 0/>
                </ul>
            </section>
            <Consequences of_account=STAYS/>
            {may_keep_separate.then(|| view! { <Separate/> })}
            <NotYou/>
            <IslandScripts/>
        </Page>
    }
}

/// The mailbox is proved, which isn't enough for this account.
#[component]
pub fn ProveMore(
    clio_name: String,
    email: String,
    tries_left: u8,
    asked: Option<Asked>,
) -> impl IntoView {
    let rungs = (tries_left > 0).then(|| {
        view! {
            <ByPassword email=email.clone() tries_left/>
            <ByConnectedLogin/>
        }
    });
    let at_fields: &[FormProblem] = match tries_left {
        0 => WHEN_USED_UP,
        _ => &[FormProblem::WrongPassword],
    };
    view! {
        <Page title="One more proof">
            <h1>"One more proof"</h1>
            <p class="lead">
                "You have shown that the mailbox is yours. This account asks for one thing more: its password, or a login that opens it already."
            </p>
            <DoneNote/>
            <BothSides clio_name email/>
            <section>
                <h2>"Show that the account is yours, too"</h2>
                <FormNote but=at_fields/>
                <TriesUsedUp tries_left/>
                <ul class="rungs">
                    {rungs} <ByAdministrator asked is_only_way=tries_left == 0/>
                </ul>
            </section>
            <Consequences of_account=STAYS/>
            <NotYou/>
            <IslandScripts/>
        </Page>
    }
}

/// The way not to link at all.
#[component]
fn Separate() -> impl IntoView {
    view! {
        <section>
            <h2>"Rather not link them?"</h2>
            <p>
                "A new account is opened for this Clio login, and an administrator approves it first. The one that is here stays as it is."
            </p>
            <form class="actions" method="post" action=KeepSeparate::PATH>
                <button class="button button-quiet">"Keep them separate"</button>
            </form>
        </section>
    }
}
