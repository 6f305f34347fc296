//! The form that invites one person.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::CreateInvitation, components::FieldProblem, query, wire::FormProblem, words::form_problem,
};

/// What the form says at its fields.
pub(super) const AT_FORM: &[FormProblem] = &[
    FormProblem::BadEmail,
    FormProblem::BadName,
    FormProblem::HasAccount,
    FormProblem::AccountSuspended,
];

/// The form for one person. Open when it came back.
#[component]
pub fn InviteOne() -> impl IntoView {
    let problem = query::form_problem().filter(|problem| AT_FORM.contains(problem));
    let at_name = problem == Some(FormProblem::BadName);
    let words = |at: bool| {
        problem
            .filter(|_| at)
            .map(|problem| form_problem(problem).to_owned())
    };
    view! {
        <details class="fold" open=problem.is_some()>
            <summary>"Invite somebody"</summary>
            <form class="form" method="post" action=CreateInvitation::PATH>
                <div class="field">
                    <label for="email">"E-mail"</label>
                    <input
                        id="email"
                        name="email"
                        type="email"
                        autocomplete="off"
                        maxlength="254"
                        required
                        autofocus=problem.is_some() && !at_name
                        aria-describedby="email-problem"
                        aria-invalid=(problem.is_some() && !at_name).then_some("true")
                    />
                    <FieldProblem id="email-problem" problem=words(!at_name)/>
                </div>
                <div class="field">
                    <label for="first_name">"First name"</label>
                    <input
                        id="first_name"
                        name="first_name"
                        autocomplete="off"
                        maxlength="100"
                        autofocus=at_name
                        aria-describedby="name-problem"
                        aria-invalid=at_name.then_some("true")
                    />
                    <FieldProblem id="name-problem" problem=words(at_name)/>
                </div>
                <div class="field">
                    <label for="last_name">"Last name"</label>
                    <input id="last_name" name="last_name" autocomplete="off" maxlength="100"/>
                </div>
                <p class="fine">
                    "The names may stay empty: Clio fills them in. The person gets a mail with a link that works once, for 7 days, and becomes a member when they open it with their Clio login."
                </p>
                <p class="actions">
                    <button class="button">"Send the invitation"</button>
                </p>
            </form>
        </details>
    }
}
