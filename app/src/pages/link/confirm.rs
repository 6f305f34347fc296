//! The step at which the account is proved, and the person decides.

use leptos::{prelude::*, server_fn::ServerFn};

use super::pieces::{BothSides, Consequences, NotYou};
use crate::{
    api::ConfirmLink,
    components::{DoneNote, FieldProblem, FormNote, Page},
    query,
    wire::{FormProblem, LinkMethod},
    words::{form_problem, proved_by},
};

/// Both are shown, and linked at the press of a button.
#[component]
pub fn Confirm(
    clio_name: String,
    email: String,
    by: LinkMethod,
    account_name: String,
    names_differ: bool,
) -> impl IntoView {
    let (at_fields, stays): (&[FormProblem], &[&str]) = if names_differ {
        (
            &[FormProblem::ChoiceMissing],
            &[
                "The account’s role and history.",
                "Its name, unless you choose the one at Clio.",
            ],
        )
    } else {
        (&[], &["The account’s name, role and history."])
    };
    let lead = format!(
        "You have shown that the account is yours{}. Look at both once more; then one press makes them one way in.",
        proved_by(by)
    );
    view! {
        <Page title="Link these two">
            <h1>"Link these two"</h1>
            <p class="lead">{lead}</p>
            <DoneNote/>
            <FormNote but=at_fields/>
            <BothSides
                clio_name=clio_name.clone()
                email
                account_name=Some(account_name.clone())
            />
            <form class="decision" method="post" action=ConfirmLink::PATH>
                {names_differ.then(|| view! { <Names clio_name account_name/> })}
                <Consequences of_account=stays/>
                <p class="actions">
                    <button class="button">"Link these accounts"</button>
                </p>
            </form>
            <NotYou/>
        </Page>
    }
}

#[component]
fn Names(clio_name: String, account_name: String) -> impl IntoView {
    let problem = query::form_problem()
        .filter(|problem| *problem == FormProblem::ChoiceMissing)
        .map(|problem| form_problem(problem).to_owned());
    let has_focus = problem.is_some();
    view! {
        <fieldset class="choices" aria-describedby="name-problem">
            <legend>"Which name should the account carry?"</legend>
            <Choice value="account" name=account_name whose="as it is here" checked=true has_focus/>
            <Choice value="clio" name=clio_name whose="as it is at Clio" checked=false has_focus=false/>
            <FieldProblem id="name-problem" problem/>
        </fieldset>
    }
}

#[component]
fn Choice(
    value: &'static str,
    name: String,
    whose: &'static str,
    checked: bool,
    has_focus: bool,
) -> impl IntoView {
    let name = if name.is_empty() {
        view! { <span class="absent">"No name"</span> }.into_any()
    } else {
        name.into_any()
    };
    view! {
        <label class="choice">
            <input type="radio" name="name" value=value checked=checked autofocus=has_focus/>
            <span>{name} <span class="fine">", " {whose}</span></span>
        </label>
    }
}
