//! `/account/password`: a password of one's own, beside Clio.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::SetPassword,
    components::{
        AccountNav, DoneNote, FieldProblem, FormNote, IslandScripts, Page, WhosePassword,
    },
    gate,
    islands::ShowPassword,
    query,
    wire::{self, FormProblem},
    words::form_problem,
};

const HERE: &str = "/account/password";

/// What is said at the first field.
const AT_PASSWORD: [FormProblem; 3] = [
    FormProblem::PasswordLength,
    FormProblem::PasswordPersonal,
    FormProblem::PasswordCommon,
];

/// What is said at the fields rather than above them.
const AT_FIELDS: &[FormProblem] = &[
    FormProblem::PasswordLength,
    FormProblem::PasswordPersonal,
    FormProblem::PasswordCommon,
    FormProblem::PasswordsDiffer,
];

/// Setting or changing the password.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let visitor = match gate::active_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.password_page().await {
            Ok(password) => view! { <Document password/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(password: wire::PasswordPage) -> impl IntoView {
    let wire::PasswordPage {
        email,
        has_password,
        is_fresh,
    } = password;
    let lead = if has_password {
        "Your account has a password. It opens the account when Clio can’t."
    } else {
        "Your account has no password yet. With one, you get in when Clio can’t let you."
    };
    let (at_fields, contents): (&[FormProblem], _) = if is_fresh {
        (AT_FIELDS, view! { <Form email has_password/> }.into_any())
    } else {
        (&[], view! { <ConfirmFirst has_password/> }.into_any())
    };
    view! {
        <Page title="Password">
            <AccountNav here=HERE/>
            <h1>"Password"</h1>
            <p class="lead">{lead}</p>
            <DoneNote/>
            <FormNote but=at_fields/>
            {contents}
        </Page>
    }
}

#[component]
fn ConfirmFirst(has_password: bool) -> impl IntoView {
    let act = if has_password {
        "To change it, show first that it’s still you. That counts for 5 minutes."
    } else {
        "To set one, show first that it’s still you. That counts for 5 minutes."
    };
    view! {
        <p>{act}</p>
        <p class="actions">
            <a class="button" href=query::confirm_link(HERE)>
                "Confirm that it’s you"
            </a>
        </p>
    }
}

#[component]
fn Form(email: String, has_password: bool) -> impl IntoView {
    let problem = query::form_problem();
    let at_password = problem.filter(|problem| AT_PASSWORD.contains(problem));
    let at_again = problem.filter(|problem| *problem == FormProblem::PasswordsDiffer);
    let act = if has_password {
        "Change the password"
    } else {
        "Set the password"
    };
    view! {
        <form class="form" method="post" action=SetPassword::PATH>
            <WhosePassword email/>
            <div class="field">
                <label for="password">"New password"</label>
                // No maxlength: browsers would cut a longer one short without a word.
                <div class="field-line">
                    <input
                        id="password"
                        name="password"
                        type="password"
                        autocomplete="new-password"
                        minlength="9"
                        pattern=".{9,128}"
                        placeholder=" "
                        required
                        autofocus=at_password.is_some()
                        aria-describedby="password-problem password-rules"
                        aria-invalid=at_password.map(|_| "true")
                    />
                    <ShowPassword/>
                </div>
                // Which of the three is seen, the stylesheet decides by what the field holds.
                <p id="password-length" class="strength" aria-live="polite">
                    <span class="strength-none">"More than 8 characters."</span>
                    <span class="strength-short">"Not long enough yet."</span>
                    <span class="strength-enough">
                        "Long enough. Every further word makes it stronger."
                    </span>
                </p>
                <FieldProblem
                    id="password-problem"
                    problem=at_password.map(|problem| form_problem(problem).to_owned())
                />
            </div>
            <div class="field">
                <label for="again">"The same once more"</label>
                <input
                    id="again"
                    name="again"
                    type="password"
                    autocomplete="new-password"
                    minlength="9"
                    pattern=".{9,128}"
                    required
                    autofocus=at_again.is_some()
                    aria-describedby="again-problem"
                    aria-invalid=at_again.map(|_| "true")
                />
                <FieldProblem
                    id="again-problem"
                    problem=at_again.map(|problem| form_problem(problem).to_owned())
                />
            </div>
            <p class="actions">
                <button class="button">{act}</button>
            </p>
        </form>
        <section>
            <h2>"A good password"</h2>
            <ul id="password-rules" class="plain">
                <li>"has more than 8 characters; a phrase of several words is easy to remember;"</li>
                <li>"holds neither your name nor the firm’s;"</li>
                <li>"is used nowhere else, not at Clio either."</li>
            </ul>
            <p>
                "A password alone is one lock. Turn on two-factor sign-in at Clio, so that your usual way in has two."
            </p>
        </section>
        <IslandScripts/>
    }
}
