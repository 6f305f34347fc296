//! The rule: as it is in force, another one to be tried, and putting it in force.

use leptos::{prelude::*, server_fn::ServerFn};

use super::HERE;
use crate::{
    api::{ChangeDormancy, UndoDormancy},
    components::{FieldProblem, When},
    query,
    wire::{
        FormProblem,
        desk::dormancy::{Dormancy, DormancyChange, DormancyRule, Hand},
    },
    words::form_problem,
};

/// The rule that is in force, who put it there, and how to put back the one before.
#[component]
pub fn InForce(dormancy: Dormancy) -> impl IntoView {
    let says = if dormancy.is_on {
        in_words(&dormancy.rule)
    } else {
        "Unused accounts stay open.".to_owned()
    };
    let badge = if dormancy.is_on {
        view! { <span class="badge badge-good">"In force"</span> }.into_any()
    } else {
        view! { <span class="badge">"Switched off"</span> }.into_any()
    };
    let (revision, may_undo) = (dormancy.revision, dormancy.hand == Hand::Decides);
    view! {
        <section>
            <h2>"The rule"</h2>
            <p>{badge} " " {says}</p>
            {dormancy.change.map(|change| view! { <Change change revision may_undo/> })}
        </section>
    }
}

#[component]
fn Change(change: DormancyChange, revision: i32, may_undo: bool) -> impl IntoView {
    let DormancyChange {
        by,
        account,
        at,
        reason,
        undo_until,
    } = change;
    let undo = undo_until.filter(|_| may_undo).map(|until| {
        view! {
            <form method="post" action=UndoDormancy::PATH>
                <input type="hidden" name="revision" value=revision/>
                <button class="button button-quiet">"Undo the last change"</button>
                <p class="fine">{format!("Possible until {until}.")}</p>
            </form>
        }
    });
    view! {
        <div class="with-act">
            <p class="fine">
                "Changed by " <a href=format!("/admin/accounts/{account}") class="address">{by}</a>
                " " <When moment=at/> ": " <span class="address">{reason}</span>
            </p>
            {undo}
        </div>
    }
}

/// Fields for the days of a rule; sending them shows whom it would concern, and changes nothing.
#[component]
pub fn Try(
    /// What the fields hold.
    rule: DormancyRule,
    /// Whether what was sent is no rule.
    is_no_rule: bool,
) -> impl IntoView {
    let DormancyRule {
        close_after,
        remind_before,
    } = rule;
    let came_back = query::form_problem() == Some(FormProblem::BadDays);
    let problem = (is_no_rule || came_back).then(|| form_problem(FormProblem::BadDays).to_owned());
    let is_wrong = problem.is_some();
    let before = |number: usize| remind_before.get(number).copied();
    let fields = [
        ("first", "First reminder", before(0), true),
        ("second", "Second, if you like", before(1), false),
        ("third", "Third, if you like", before(2), false),
    ];
    view! {
        <section>
            <h2>"Try a rule"</h2>
            <p>"See first whom it would concern. That changes nothing."</p>
            <form class="days" method="get" action=HERE>
                <div class="field">
                    <label for="days">"Close after, in days"</label>
                    <input
                        id="days"
                        name="days"
                        type="number"
                        inputmode="numeric"
                        min="30"
                        max="730"
                        required
                        value=close_after
                        autofocus=is_wrong
                        aria-describedby="days-problem"
                        aria-invalid=is_wrong.then_some("true")
                    />
                </div>
                <fieldset>
                    <legend>"Reminders, in days before that"</legend>
                    {fields
                        .map(|(name, label, days, required)| {
                            view! {
                                <div class="field">
                                    <label for=name>{label}</label>
                                    <input
                                        id=name
                                        name=name
                                        type="number"
                                        inputmode="numeric"
                                        min="1"
                                        max="365"
                                        required=required
                                        value=days
                                        aria-describedby="days-problem"
                                    />
                                </div>
                            }
                        })
                        .into_iter()
                        .collect_view()}
                </fieldset>
                <FieldProblem id="days-problem" problem/>
                <p class="actions">
                    <button class="button button-quiet">"See whom it would concern"</button>
                </p>
            </form>
        </section>
    }
}

/// Puts the rule that is looked at in force, or takes the one that is out of force.
#[component]
pub fn PutInForce(dormancy: Dormancy) -> impl IntoView {
    let heading = if dormancy.is_in_force {
        "Switch it off"
    } else {
        "Put it in force"
    };
    let contents = match dormancy.hand {
        Hand::Looks => {
            view! { <p>"Administrators and owners decide about the rule."</p> }.into_any()
        }
        Hand::ConfirmsFirst => {
            let rule = dormancy.looked_at.as_parameter();
            let then = query::link(HERE, &[("rule", &rule)]);
            view! {
                <p>
                    "To change the rule, show first that it’s still you. That counts for 5 minutes."
                </p>
                <p class="actions">
                    <a class="button" href=query::confirm_link(&then)>
                        "Confirm that it’s you"
                    </a>
                </p>
            }
            .into_any()
        }
        Hand::Decides => view! { <Forms dormancy/> }.into_any(),
    };
    view! {
        <section>
            <h2>{heading}</h2>
            {contents}
        </section>
    }
}

#[component]
fn Forms(dormancy: Dormancy) -> impl IntoView {
    let Dormancy {
        revision,
        looked_at,
        rule,
        is_on,
        is_in_force,
        not_before,
        ..
    } = dormancy;
    let put = (!is_in_force).then(|| {
        let says = format!(
            "{} Every owner is told by mail. It can be undone for 14 days.",
            in_words(&looked_at)
        );
        let act = format!("Close accounts after {} days", looked_at.close_after);
        let says = format!("{says} Nobody is closed before {not_before}.");
        view! { <Form revision on=true rule=looked_at says act id="put"/> }
    });
    let off = is_on.then(|| {
        let says = "Unused accounts stay open from then on. Those that were closed stay closed until somebody opens them. Every owner is told by mail.".to_owned();
        view! { <Form revision on=false rule says act="Switch it off".to_owned() id="off"/> }
    });
    let between = (put.is_some() && off.is_some()).then(|| view! { <h3>"Or switch it off"</h3> });
    view! {
        {put}
        {between}
        {off}
    }
}

#[component]
fn Form(
    revision: i32,
    on: bool,
    rule: DormancyRule,
    says: String,
    act: String,
    /// Tells the fields of several forms apart.
    id: &'static str,
) -> impl IntoView {
    // Which of two forms came back isn't known: the first speaks for both.
    let problem = query::form_problem()
        .filter(|problem| *problem == FormProblem::ReasonMissing)
        .map(|problem| form_problem(problem).to_owned());
    let is_wrong = problem.is_some();
    let (field, problem_id) = (format!("reason-{id}"), reason_problem(id));
    let button = if on { "button" } else { "button button-quiet" };
    view! {
        <form class="form" method="post" action=ChangeDormancy::PATH>
            <input type="hidden" name="seen" value=revision/>
            <input type="hidden" name="on" value=if on { "true" } else { "false" }/>
            <input type="hidden" name="rule" value=rule.as_parameter()/>
            <p>{says}</p>
            <div class="field">
                <label for=field.clone()>"Why"</label>
                <textarea
                    id=field
                    name="reason"
                    rows="2"
                    maxlength="500"
                    required
                    aria-describedby=problem_id
                    aria-invalid=is_wrong.then_some("true")
                ></textarea>
                <FieldProblem id=problem_id problem/>
            </div>
            <p class="actions">
                <button class=button>{act}</button>
            </p>
        </form>
    }
}

fn reason_problem(id: &'static str) -> &'static str {
    match id {
        "put" => "reason-put-problem",
        _ => "reason-off-problem",
    }
}

/// What a rule does, as a sentence.
fn in_words(rule: &DormancyRule) -> String {
    let reminders: Vec<String> = rule.remind_before.iter().map(u16::to_string).collect();
    let reminders = match reminders.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        reminders => reminders.concat(),
    };
    let plural = if rule.remind_before.last() == Some(&1) {
        ""
    } else {
        "s"
    };
    format!(
        "Accounts are closed after {} days without use; their people are reminded {reminders} day{plural} before.",
        rule.close_after
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_one_sentence() {
        for (remind_before, says) in [
            (vec![14, 3], "reminded 14 and 3 days before."),
            (vec![30, 14, 1], "reminded 30, 14 and 1 day before."),
            (vec![7], "reminded 7 days before."),
        ] {
            let rule = DormancyRule {
                close_after: 90,
                remind_before,
            };
            assert!(in_words(&rule).ends_with(says), "{}", in_words(&rule));
        }
    }
}
