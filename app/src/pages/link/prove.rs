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
    let at_fields: &[FormProblem] = if code_sent {
        &[FormProblem::WrongPassword, FormProblem::WrongCode]
    } else {
        &[FormProblem::WrongPassword]
    };
    view! {
        <Rungs
            title="Is this account yours?"
            lead="An account here already has the e-mail of your Clio login. Show that it is yours, and from then on the two are one way in."
            heading="Show that it’s yours"
            at_fields
            codes=true
            clio_name
            email=email.clone()
            tries_left
            asked
            may_keep_separate
        >
            <ByPassword email=email.clone() tries_left/>
            <ByCode email=email.clone() tries_left code_sent/>
            <ByConnectedLogin/>
        </Rungs>
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
    view! {
        <Rungs
            title="One more proof"
            lead="You have shown that the mailbox is yours. This account asks for one thing more: its password, or a login that opens it already."
            heading="Show that the account is yours, too"
            at_fields=&[FormProblem::WrongPassword]
            codes=false
            clio_name
            email=email.clone()
            tries_left
            asked
            may_keep_separate=false
        >
            <ByPassword email=email.clone() tries_left/>
            <ByConnectedLogin/>
        </Rungs>
    }
}

/// A page with a ladder of proofs.
#[component]
fn Rungs(
    title: &'static str,
    lead: &'static str,
    heading: &'static str,
    /// What is said at its own field, and so isn't said twice.
    at_fields: &'static [FormProblem],
    /// Whether a code is among the proofs.
    codes: bool,
    clio_name: String,
    email: String,
    tries_left: u8,
    asked: Option<Asked>,
    may_keep_separate: bool,
    /// The rungs above the last one, which is always there; shown while tries are left.
    children: Children,
) -> impl IntoView {
    let is_used_up = tries_left == 0;
    let at_fields = if is_used_up { WHEN_USED_UP } else { at_fields };
    view! {
        <Page title=title>
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            <DoneNote/>
            <BothSides clio_name email/>
            <section>
                <h2>{heading}</h2>
                <FormNote but=at_fields codes/>
                <TriesUsedUp tries_left/>
                <ul class="rungs">
                    {(!is_used_up).then(children)} <ByAdministrator asked is_only_way=is_used_up/>
                </ul>
            </section>
            <Consequences of_account=STAYS/>
            {may_keep_separate.then(|| view! { <Separate/> })}
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
