//! `/account/confirm`: where somebody who is signed in shows again that it's them.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{ConfirmByCode, ConfirmByPassword, SendConfirmationCode},
    components::{CodeRung, FormNote, IslandScripts, Page, PasswordRung, Rung},
    gate, query,
    wire::{Confirmation, FormProblem, MailedCode},
    words::form_problem,
};

/// The ways to show it.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let visitor = match gate::active_visitor("/account/confirm") {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let then = query::parameter("then");
        match visitor.backend.confirmation(then).await {
            Ok(confirmation) => {
                view! { <Question confirmation email=visitor.viewer.email/> }.into_any()
            }
            Err(failure) => gate::failed(failure, "/account/confirm"),
        }
    })
    .into_any()
}

#[component]
fn Question(confirmation: Confirmation, email: String) -> impl IntoView {
    let code_sent = confirmation.by_code.as_ref().is_some_and(|code| code.sent);
    // What is said at its own field isn't said twice.
    let at_fields: &[FormProblem] = match (confirmation.by_password, code_sent) {
        (true, true) => &[FormProblem::WrongPassword, FormProblem::WrongCode],
        (true, false) => &[FormProblem::WrongPassword],
        (false, true) => &[FormProblem::WrongCode],
        (false, false) => &[],
    };
    let codes = confirmation.by_code.is_some();
    let back = confirmation.then.clone();
    let has_island = confirmation.by_password || code_sent;
    let has_way =
        confirmation.by_password || confirmation.by_clio || confirmation.by_code.is_some();
    let ways = if has_way {
        view! { <Ways confirmation email/> }.into_any()
    } else {
        view! { <p>"Sign out and in again: the first 5 minutes after that count as well."</p> }
            .into_any()
    };
    view! {
        <Page title="Confirm that it’s you">
            <h1>"Confirm that it’s you"</h1>
            <p class="lead">
                "What comes next changes who can get into your account. Show once more that it’s you; that counts for 5 minutes."
            </p>
            <FormNote but=at_fields codes/>
            {ways}
            <p>
                <a class="alone" href=back>
                    "Go back without confirming"
                </a>
            </p>
            {has_island.then(|| view! { <IslandScripts/> })}
        </Page>
    }
}

#[component]
fn Ways(confirmation: Confirmation, email: String) -> impl IntoView {
    let Confirmation {
        by_password,
        by_clio,
        by_code,
        then,
    } = confirmation;
    let by_password = by_password.then(|| {
        view! {
            <PasswordRung
                title="With your password here"
                says="The one of this account. It isn’t the password of Clio."
                label="Password of your account here"
                check=ConfirmByPassword::PATH
                email
                then=Some(then.clone())
                problem=came_back(FormProblem::WrongPassword)
            />
        }
    });
    let by_clio = by_clio.then(|| view! { <ByClio then=then.clone()/> });
    let by_code = by_code.map(|MailedCode { email, sent }| {
        view! {
            <CodeRung
                title="With a code to your mailbox"
                email
                is_sent=sent
                send=SendConfirmationCode::PATH
                check=ConfirmByCode::PATH
                then=Some(then)
                problem=came_back(FormProblem::WrongCode)
            />
        }
    });
    view! {
        <section>
            <h2>"How would you like to show it?"</h2>
            <ul class="rungs">{by_clio} {by_password} {by_code}</ul>
        </section>
    }
}

#[component]
fn ByClio(then: String) -> impl IntoView {
    let says = "Clio asks for your password again, and you come back here.";
    let start = query::start_link(&[("purpose", "confirm"), ("return_to", &then)]);
    // A link, because Clio may pass a firm's own sign-in.
    view! {
        <Rung title="With Clio" says=view! { <p class="fine">{says}</p> }.into_any()>
            <a class="button" href=start>
                "Go to Clio"
            </a>
        </Rung>
    }
}

fn came_back(at_this_field: FormProblem) -> Option<String> {
    query::form_problem()
        .filter(|problem| *problem == at_this_field)
        .map(|problem| form_problem(problem).to_owned())
}
