//! `/sign-in/code`: where a mailed code is typed. Whether an account exists isn't said.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{SendSignInCode, SignInByCode},
    backend::backend,
    components::{BarePage, CodeField, Doorway, FormNote, ProblemInTab, ReturnTo},
    gate, query,
    wire::{FormProblem, SentCode},
    words::form_problem,
};

/// What is said at the field rather than above it.
const AT_FIELD: &[FormProblem] = &[FormProblem::WrongCode];

/// The code that was asked for in this browser.
#[component]
pub fn SignInCodePage() -> impl IntoView {
    let backend = match backend() {
        Ok(backend) => backend,
        Err(failure) => return gate::failed(failure, "/sign-in/code"),
    };
    Suspend::new(async move {
        match backend.sent_sign_in_code().await {
            Ok(Some(SentCode { email })) => view! { <Typed email/> }.into_any(),
            Ok(None) => view! { <NothingToType/> }.into_any(),
            Err(failure) => gate::failed(failure, "/sign-in/code"),
        }
    })
    .into_any()
}

#[component]
fn Typed(email: String) -> impl IntoView {
    let problem = query::form_problem()
        .filter(|problem| AT_FIELD.contains(problem))
        .map(|problem| form_problem(problem).to_owned());
    view! {
        <BarePage title="Type the code">
            <Doorway/>
            <h1>"Type the code"</h1>
            <p class="lead">
                "If an account here has " <span class="address">{email.clone()}</span>
                ", a code is on its way to it. Type it here."
            </p>
            <FormNote but=AT_FIELD codes=true/>
            <form class="form" method="post" action=SignInByCode::PATH>
                <input type="hidden" name="email" value=email.clone()/>
                <ReturnTo return_to=query::return_to()/>
                <CodeField problem/>
                <p class="actions">
                    <button class="button">"Sign in"</button>
                </p>
            </form>
            <p class="fine">
                "Read the mail on any device. If nothing arrives within a few minutes, look into the folder for unwanted mail."
            </p>
            <div class="last-word">
                <form class="inline-form" method="post" action=SendSignInCode::PATH>
                    <input type="hidden" name="email" value=email/>
                    <ReturnTo return_to=query::return_to()/>
                    <button class="link-button">"Send a new code"</button>
                </form>
                " or "
                <a class="alone" href="/sign-in">
                    "sign in another way"
                </a>
            </div>
        </BarePage>
    }
}

#[component]
fn NothingToType() -> impl IntoView {
    let problem = query::form_problem().map(form_problem);
    view! {
        <BarePage title="There’s no code to type">
            <Doorway/>
            <h1>"There’s no code to type"</h1>
            {problem.map(|says| view! { <ProblemInTab says=says.to_owned()/> })}
            <p class="lead">
                {problem
                    .unwrap_or(
                        "A code waits for a few minutes, in the browser that asked for it. None was asked for here, or its time is over.",
                    )}
            </p>
            <p class="actions">
                <a class="button" href="/sign-in">
                    "Go to sign-in"
                </a>
            </p>
        </BarePage>
    }
}
