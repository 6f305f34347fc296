//! `/sign-in`: the door.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{SendSignInCode, SignInByPassword},
    backend::backend,
    components::{
        BarePage, ClioButton, DoneNote, Doorway, FieldProblem, Note, ReturnTo, SignedInAs,
    },
    gate, query,
    wire::{FormProblem, Problem},
    words::{done_at_the_door, problem_with_codes, sign_in_problem},
};

/// The way in, and why the last try didn't lead there.
#[component]
pub fn SignInPage() -> impl IntoView {
    let backend = match backend() {
        Ok(backend) => backend,
        Err(failure) => return gate::failed(failure, "/sign-in"),
    };
    let firm_name = backend.firm_name().to_owned();
    let return_to = query::return_to();
    let start = match &return_to {
        Some(path) => query::start_link(&[("return_to", path)]),
        None => query::start_link(&[]),
    };
    let second_return_to = return_to.clone();
    let local_problem = query::local_problem();
    let clio_problem = query::parameter("problem").filter(|_| local_problem.is_none());
    view! {
        <BarePage title="Sign in">
            <Doorway/>
            <h1>{firm_name}</h1>
            <p class="lead">
                "Staff applications. Sign in with the Clio login you use every day."
            </p>
            {clio_problem
                .map(|code| {
                    let words = sign_in_problem(Problem::from_code(&code));
                    view! { <Note words reference=query::reference()/> }
                })}
            <DoneNote says=done_at_the_door/>
            {backend
                .viewer()
                .map(|viewer| {
                    let continue_to = return_to.unwrap_or_else(|| "/account".to_owned());
                    view! { <SignedInAs viewer continue_to/> }
                })}
            <p class="way-in">
                <ClioButton href=start/>
            </p>
            <p class="fine">
                "For members of the firm who have a Clio login. Client-portal logins can’t be used here."
            </p>
            <SecondWay problem=local_problem return_to=second_return_to/>
        </BarePage>
    }
    .into_any()
}

/// For whoever has an account here and no Clio login at hand.
#[component]
fn SecondWay(problem: Option<FormProblem>, return_to: Option<String>) -> impl IntoView {
    // Which of the two doesn't fit isn't said; for a mailed code, only the e-mail is needed.
    let (bad_email, bad_password) = match problem {
        Some(FormProblem::NotMatching) => (true, true),
        Some(FormProblem::BadEmail) => (true, false),
        _ => (false, false),
    };
    view! {
        <details class="second-way" open=problem.is_some()>
            <summary>"Sign in without Clio"</summary>
            <form class="form" method="post" action=SignInByPassword::PATH>
                <ReturnTo return_to/>
                <FieldProblem
                    id="local-problem"
                    problem=problem.map(|problem| problem_with_codes(problem).to_owned())
                />
                <div class="field">
                    <label for="email">"E-mail of your account here"</label>
                    <input
                        id="email"
                        name="email"
                        type="email"
                        autocomplete="username"
                        required
                        autofocus=problem.is_some()
                        aria-describedby="local-problem"
                        aria-invalid=bad_email.then_some("true")
                    />
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <input
                        id="password"
                        name="password"
                        type="password"
                        autocomplete="current-password"
                        required
                        aria-describedby="local-problem"
                        aria-invalid=bad_password.then_some("true")
                    />
                </div>
                <p class="actions">
                    <button class="button">"Sign in"</button>
                    // Another target, and no password is needed for it.
                    <button class="link-button" formaction=SendSignInCode::PATH formnovalidate>
                        "Mail me a code instead"
                    </button>
                </p>
            </form>
        </details>
    }
}
