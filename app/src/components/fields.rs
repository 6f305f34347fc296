//! Fields that stand in more than one form.

use leptos::prelude::*;

use super::FieldProblem;
use crate::{islands::ShowPassword, query};

/// The field for a mailed code. Has the focus, unless another problem is told elsewhere on the page:
/// the code is what the page waits for.
#[component]
pub fn CodeField(
    /// Why the form came back, if it did.
    problem: Option<String>,
) -> impl IntoView {
    let is_next = problem.is_some() || query::form_problem().is_none();
    view! {
        <div class="field">
            <label for="code">"Code from the mail"</label>
            <input
                id="code"
                class="code"
                name="code"
                type="text"
                inputmode="numeric"
                autocomplete="one-time-code"
                maxlength="12"
                required
                autofocus=is_next
                aria-describedby="code-problem"
                aria-invalid=problem.as_ref().map(|_| "true")
            />
            <FieldProblem id="code-problem" problem/>
        </div>
    }
}

/// The field for the password that the account has.
#[component]
pub fn PasswordField(
    /// What is asked for.
    label: &'static str,
    /// Why the form came back, if it did.
    problem: Option<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for="password">{label}</label>
            <div class="field-line">
                <input
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    required
                    autofocus=problem.is_some()
                    aria-describedby="password-problem"
                    aria-invalid=problem.as_ref().map(|_| "true")
                />
                <ShowPassword/>
            </div>
            <FieldProblem id="password-problem" problem/>
        </div>
    }
}

/// Tells the browser's store of passwords whose password a form is about. Not sent.
#[component]
pub fn WhosePassword(
    /// The e-mail of the account.
    email: String,
) -> impl IntoView {
    view! {
        <input
            class="unseen"
            type="email"
            autocomplete="username"
            tabindex="-1"
            aria-hidden="true"
            readonly
            value=email
        />
    }
}

/// Where the person wants to go afterwards, carried along by a form.
#[component]
pub fn ReturnTo(
    /// A path of this site.
    return_to: Option<String>,
) -> impl IntoView {
    return_to.map(|path| view! { <input type="hidden" name="return_to" value=path/> })
}
