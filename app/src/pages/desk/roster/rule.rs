//! The rule for leavers of a firm: as it is in force, and `/admin/roster/rule`, where it is changed.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{HERE, about_firm, pieces::Doer};
use crate::{
    api::{ChangeRosterRule, UndoRosterRule},
    components::{FieldProblem, FormNote, When},
    pages::desk::{
        DeskPage,
        pieces::{ConfirmFirst, ReasonField},
    },
    query,
    wire::{
        FormProblem,
        desk::{
            Frame,
            dormancy::Hand,
            roster::{Firm, FirmPage, Leavers, RosterRule, RosterRuleChange},
        },
    },
    words::{form_problem, roster as say},
};

/// The page.
const RULE: &str = "/admin/roster/rule";

/// What is said at the fields rather than above them, or by the button to confirm.
const AT_FIELDS: &[FormProblem] = &[
    FormProblem::BadThreshold,
    FormProblem::ReasonMissing,
    FormProblem::TooLong,
    FormProblem::ConfirmFirst,
];

/// The rule that is in force, who put it there, and how to change it or put back the one before.
#[component]
pub(super) fn Rule(firm: String, rule: RosterRule, hand: Hand) -> impl IntoView {
    let RosterRule {
        leavers,
        threshold,
        revision,
        change,
    } = rule;
    let may_undo = hand == Hand::Decides;
    let to_change = hand.may_decide().then(|| {
        view! {
            <p>
                <a class="alone" href=query::link(RULE, &[("firm", &firm)])>
                    "Change the rule"
                </a>
            </p>
        }
    });
    let change = change.map(|change| view! { <Change firm change revision may_undo/> });
    view! {
        <h3>"The rule for leavers"</h3>
        <p>
            <strong>{say::leavers(leavers)} ". "</strong>
            {say::leavers_mean(leavers)}
            " "
            {at_once(threshold)}
            " Administrators, owners and the account that connected the firm always wait."
        </p>
        {change}
        {to_change}
    }
}

/// What the threshold does, as a sentence.
fn at_once(threshold: u8) -> String {
    format!(
        "If more than {threshold} % of the people here would be suspended at once, an administrator decides, whatever the rule."
    )
}

#[component]
fn Change(firm: String, change: RosterRuleChange, revision: i32, may_undo: bool) -> impl IntoView {
    let RosterRuleChange {
        by,
        at,
        reason,
        undo_until,
    } = change;
    let undo = undo_until.filter(|_| may_undo).map(|until| {
        view! {
            <form method="post" action=UndoRosterRule::PATH>
                <input type="hidden" name="firm" value=firm/>
                <input type="hidden" name="revision" value=revision/>
                <button class="button button-quiet">"Undo the last change"</button>
                <p class="fine">{format!("Possible until {until}.")}</p>
            </form>
        }
    });
    view! {
        <div class="with-act">
            <p class="fine">
                "Changed by " <Doer doer=by/> " " <When moment=at/> ": "
                <span class="address">{reason}</span>
            </p>
            {undo}
        </div>
    }
}

/// Fields for the rule of a firm.
#[component]
pub fn RosterRulePage() -> impl IntoView {
    about_firm(|page, frame| view! { <Document frame page/> }.into_any())
}

#[component]
fn Document(frame: Frame, page: FirmPage) -> impl IntoView {
    let FirmPage { firm, hand, .. } = page;
    let here = query::link(RULE, &[("firm", &firm.id)]);
    let title = format!("The rule for leavers of {}", firm.name);
    let contents = if hand == Hand::Decides {
        view! { <Form firm/> }.into_any()
    } else {
        view! { <ConfirmFirst href=query::confirm_link(&here)/> }.into_any()
    };
    view! {
        <DeskPage title="The rule for leavers" here=HERE frame>
            <h1 class="address">{title}</h1>
            <FormNote but=AT_FIELDS/>
            <p>
                "Leavers are people whom Clio no longer lists in the firm, or whose login is disabled there. A read that didn’t get to its end suspends nobody."
            </p>
            {contents}
            <p>
                <a class="alone" href=HERE>
                    "Back to the roster"
                </a>
            </p>
        </DeskPage>
    }
}

#[component]
fn Form(firm: Firm) -> impl IntoView {
    let RosterRule {
        leavers,
        threshold,
        revision,
        ..
    } = firm.rule;
    // What was chosen stays when the form comes back.
    let chosen = query::parameter("leavers")
        .and_then(|code| Leavers::from_code(&code))
        .unwrap_or(leavers);
    let typed = query::parameter("threshold").unwrap_or_else(|| threshold.to_string());
    let problem = query::form_problem()
        .filter(|problem| *problem == FormProblem::BadThreshold)
        .map(|problem| form_problem(problem).to_owned());
    view! {
        <form class="form" method="post" action=ChangeRosterRule::PATH>
            <input type="hidden" name="firm" value=firm.id/>
            <input type="hidden" name="seen" value=revision/>
            <fieldset class="choices">
                <legend>"When somebody leaves the firm in Clio"</legend>
                {Leavers::ALL
                    .map(|each| {
                        view! {
                            <label class="choice">
                                <input
                                    type="radio"
                                    name="leavers"
                                    value=each.code()
                                    checked=each == chosen
                                    required
                                />
                                <span>
                                    {say::leavers(each)}
                                    <span class="fine line">{say::leavers_mean(each)}</span>
                                </span>
                            </label>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </fieldset>
            <div class="field">
                <label for="threshold">"Threshold, in percent"</label>
                <input
                    id="threshold"
                    name="threshold"
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max="100"
                    required
                    value=typed
                    autofocus=problem.is_some()
                    aria-describedby="threshold-note threshold-problem"
                    aria-invalid=problem.as_ref().map(|_| "true")
                />
                <p id="threshold-note" class="fine">
                    "If more than so many percent of the people here would be suspended at once, an administrator decides, whatever the rule."
                </p>
                <FieldProblem id="threshold-problem" problem/>
            </div>
            <ReasonField required=true note="The record keeps it, and every owner reads it in a mail."/>
            <p class="actions">
                <button class="button">"Put the rule in force"</button>
            </p>
        </form>
    }
}
