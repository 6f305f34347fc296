//! What several pages of the desk are set from.

use leptos::prelude::*;

use crate::{
    components::{FieldProblem, When},
    query,
    wire::{FormProblem, Moment, Status, desk::Openers},
    words::{desk, form_problem},
};

/// Whether an account can be used: a word and a shape.
#[component]
pub fn StatusBadge(
    /// The state.
    status: Status,
) -> impl IntoView {
    let look = match status {
        Status::Active => "badge badge-good",
        Status::Invited | Status::Pending => "badge badge-caution",
        Status::Suspended | Status::Deleted => "badge badge-danger",
    };
    view! { <span class=look>{desk::status(status)}</span> }
}

/// An e-mail, which a narrow column breaks behind its @.
#[component]
pub fn Address(
    /// The e-mail.
    email: String,
) -> impl IntoView {
    let (before, behind) = match email.split_once('@') {
        Some((name, domain)) => (format!("{name}@"), domain.to_owned()),
        None => (email, String::new()),
    };
    view! {
        <span class="address">
            {before} <wbr/> {behind}
        </span>
    }
}

/// What a list is searched by, and the button for it.
#[component]
pub fn SearchField(
    /// What is searched for now.
    searched: String,
    /// The longest that may be, in characters.
    longest: u16,
    /// What the button says.
    button: &'static str,
) -> impl IntoView {
    view! {
        <label class="unseen" for="q">
            "Name or e-mail"
        </label>
        <div class="field-line">
            <input
                id="q"
                name="q"
                type="search"
                placeholder="Name or e-mail"
                maxlength=longest
                data-search=""
                value=searched
            />
            <button class="button button-quiet">{button}</button>
        </div>
    }
}

/// A fact of a list, in text.
#[component]
pub fn Fact(
    /// Its name.
    name: &'static str,
    /// The text; nothing is said to be absent.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let value = if value.is_empty() {
        view! { <dd class="absent">"Not given"</dd> }.into_any()
    } else {
        view! { <dd class="address">{value}</dd> }.into_any()
    };
    view! {
        <div>
            <dt>{name}</dt>
            {value}
        </div>
    }
}

/// A fact of a list: a moment.
#[component]
pub fn FactWhen(
    /// Its name.
    name: &'static str,
    /// When.
    moment: Moment,
) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>
                <When moment/>
            </dd>
        </div>
    }
}

/// The field for a reason.
#[component]
pub fn ReasonField(
    /// Whether one has to be given.
    required: bool,
    /// Who reads it.
    #[prop(default = "For the record here. The person’s mail doesn’t have it.")]
    note: &'static str,
) -> impl IntoView {
    let problem = query::form_problem()
        .filter(|problem| [FormProblem::ReasonMissing, FormProblem::TooLong].contains(problem))
        .map(|problem| form_problem(problem).to_owned());
    let label = if required { "Why" } else { "Why, if you like" };
    view! {
        <div class="field">
            <label for="reason">{label}</label>
            <textarea
                id="reason"
                name="reason"
                rows="3"
                maxlength="500"
                required=required
                autofocus=problem.is_some()
                aria-describedby="reason-note reason-problem"
                aria-invalid=problem.as_ref().map(|_| "true")
            ></textarea>
            <p id="reason-note" class="fine">
                {note}
            </p>
            <FieldProblem id="reason-problem" problem/>
        </div>
    }
}

/// Leads to where whoever looks shows that it's still them.
#[component]
pub fn ConfirmFirst(
    /// The link there, which says where they come back to.
    href: String,
) -> impl IntoView {
    view! {
        <p>"Show first that it’s still you. That counts for 5 minutes."</p>
        <p class="actions">
            <a class="button" href=href>
                "Confirm that it’s you"
            </a>
        </p>
    }
}

/// What opens an account, as a sentence that begins so.
pub fn opened_by(beginning: &str, openers: Openers) -> String {
    let mut ways = openers.logins;
    if openers.password {
        ways.push("its password".to_owned());
    }
    if openers.code {
        ways.push("a code by mail".to_owned());
    }
    match ways.pop() {
        None => format!("{beginning} nothing opens it."),
        Some(only) if ways.is_empty() => format!("{beginning} it opens with {only}."),
        Some(last) => format!("{beginning} it opens with {} and {last}.", ways.join(", ")),
    }
}

/// "one browser is signed out".
pub fn browsers_signed_out(count: u32) -> String {
    match count {
        0 => "Nobody is signed in to it at the moment.".to_owned(),
        1 => "One browser is signed out.".to_owned(),
        more => format!("{more} browsers are signed out."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_in_are_told_in_one_sentence() {
        let openers = |logins: &[&str], password, code| Openers {
            logins: logins.iter().map(|&login| login.to_owned()).collect(),
            password,
            code,
        };
        for (openers, says) in [
            (openers(&[], false, false), "Then nothing opens it."),
            (openers(&["a"], false, false), "Then it opens with a."),
            (
                openers(&["a", "b"], true, true),
                "Then it opens with a, b, its password and a code by mail.",
            ),
        ] {
            assert_eq!(opened_by("Then", openers), says);
        }
    }
}
