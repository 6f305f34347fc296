//! `/admin/dormancy/exempt`: an account is exempted from being closed while unused.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    HERE,
    people::{EXEMPT, LastSignIn},
};
use crate::{
    api::ExemptAccount,
    components::{FieldProblem, FormNote},
    gate,
    pages::desk::DeskPage,
    query,
    wire::{
        FormProblem,
        desk::{
            Frame,
            dormancy::{Exemptible, Exempting, Hand},
        },
    },
    words::form_problem,
};

/// What is said at the fields rather than above them.
const AT_FIELDS: &[FormProblem] = &[FormProblem::ReasonMissing, FormProblem::BadDay];

/// Says what exempting means, and asks why.
#[component]
pub fn ExemptPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(EXEMPT) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let (account, email) = (query::parameter("account"), query::parameter("email"));
    Suspend::new(async move {
        let page = async {
            let frame = visitor.backend.frame().await?;
            Ok((frame, visitor.backend.exempting(account, email).await?))
        };
        match page.await {
            Ok((frame, exempting)) => view! { <Document frame exempting/> }.into_any(),
            Err(failure) => gate::failed(failure, EXEMPT),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, exempting: Exempting) -> impl IntoView {
    let Exempting {
        mut candidates,
        hand,
    } = exempting;
    let only = (candidates.len() == 1).then(|| candidates.pop()).flatten();
    let contents = match only {
        Some(one) => view! { <Question one hand/> }.into_any(),
        None if candidates.is_empty() => view! {
            <p class="absent">"No account was found."</p>
            <p>"Look at the e-mail once more: it is that of the account here, not of the Clio login."</p>
        }
        .into_any(),
        None => view! { <Choice candidates/> }.into_any(),
    };
    view! {
        <DeskPage title="Exempt an account" here=HERE frame>
            <h1>"Exempt an account"</h1>
            <FormNote but=AT_FIELDS/>
            {contents}
            <p>
                <a class="alone" href=HERE>
                    "Back to dormancy"
                </a>
            </p>
        </DeskPage>
    }
}

/// Several accounts have that e-mail.
#[component]
fn Choice(candidates: Vec<Exemptible>) -> impl IntoView {
    view! {
        <p>"Several accounts have that e-mail. Which one is meant?"</p>
        <ul class="rows">
            {candidates
                .into_iter()
                .map(|one| {
                    let href = query::link(EXEMPT, &[("account", &one.account)]);
                    view! {
                        <li>
                            <a class="address" href=href>
                                {one.name}
                            </a>
                            <p class="fine">
                                <span class="address">{one.email}</span> " · last sign-in: "
                                <LastSignIn moment=one.last_sign_in/>
                            </p>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

#[component]
fn Question(one: Exemptible, hand: Hand) -> impl IntoView {
    let page = query::link(EXEMPT, &[("account", &one.account)]);
    let contents = if one.is_exempt {
        view! { <p>"This account is exempt already. On the page about dormancy that can be ended."</p> }
            .into_any()
    } else if hand == Hand::Looks {
        view! { <p>"Administrators and owners decide who is exempt."</p> }.into_any()
    } else if hand == Hand::ConfirmsFirst {
        view! {
            <p>"Show first that it’s still you. That counts for 5 minutes."</p>
            <p class="actions">
                <a class="button" href=query::confirm_link(&page)>
                    "Confirm that it’s you"
                </a>
            </p>
        }
        .into_any()
    } else {
        view! { <Form account=one.account.clone()/> }.into_any()
    };
    view! {
        <dl class="facts">
            <div>
                <dt>"Account"</dt>
                <dd>
                    <a class="address" href=format!("/admin/accounts/{}", one.account)>
                        {one.name}
                    </a>
                </dd>
            </div>
            <div>
                <dt>"E-mail"</dt>
                <dd class="address">{one.email}</dd>
            </div>
            <div>
                <dt>"Last sign-in"</dt>
                <dd>
                    <LastSignIn moment=one.last_sign_in/>
                </dd>
            </div>
        </dl>
        <p>
            "The account stays open however long nobody uses it, and nobody is reminded. When the exemption ends, the account isn’t closed before 14 days are over."
        </p>
        {contents}
    }
}

#[component]
fn Form(account: String) -> impl IntoView {
    let came_back = |at: FormProblem| {
        query::form_problem()
            .filter(|problem| *problem == at)
            .map(|problem| form_problem(problem).to_owned())
    };
    let (no_reason, no_day) = (
        came_back(FormProblem::ReasonMissing),
        came_back(FormProblem::BadDay),
    );
    view! {
        <form class="form" method="post" action=ExemptAccount::PATH>
            <input type="hidden" name="account" value=account/>
            <div class="field">
                <label for="reason">"Why"</label>
                <textarea
                    id="reason"
                    name="reason"
                    rows="3"
                    maxlength="500"
                    required
                    autofocus=no_reason.is_some()
                    aria-describedby="reason-problem"
                    aria-invalid=no_reason.as_ref().map(|_| "true")
                ></textarea>
                <FieldProblem id="reason-problem" problem=no_reason/>
            </div>
            <div class="field">
                <label for="until">"Last day, if there is one"</label>
                <input
                    id="until"
                    name="until"
                    type="date"
                    autofocus=no_day.is_some()
                    aria-describedby="until-note until-problem"
                    aria-invalid=no_day.as_ref().map(|_| "true")
                />
                <p id="until-note" class="fine">"Left empty, the account is exempt for good."</p>
                <FieldProblem id="until-problem" problem=no_day/>
            </div>
            <p class="actions">
                <button class="button">"Exempt this account"</button>
            </p>
        </form>
    }
}
