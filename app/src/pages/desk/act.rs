//! `/admin/accounts/{id}/{act}`: what an act will do, and the button for it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::{
    frame::about,
    pieces::{ReasonField, browsers_signed_out, opened_by},
    question::Question,
};
use crate::{
    api::desk::{
        ApproveAccount, EndSessionsOf, ReactivateAccount, RejectAccount, SetRole, SuspendAccount,
    },
    components::FieldProblem,
    gate,
    pages::NotFound,
    query,
    wire::{
        FormProblem, Role,
        desk::{AccountAct, ActPage, Frame},
    },
    words::{self, form_problem},
};

/// What an act will do, and the button for it.
#[component]
pub fn ActOnAccountPage() -> impl IntoView {
    let params = use_params_map();
    let id = params.read_untracked().get("id").unwrap_or_default();
    let word = params.read_untracked().get("act").unwrap_or_default();
    let act = AccountAct::from_word(&word);
    let here = query::desk_page("accounts", &id, act.map(AccountAct::word));
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let Some(act) = act else {
        return view! { <NotFound/> }.into_any();
    };
    Suspend::new(async move {
        let finding = visitor.backend.act_page(id, act);
        about(&visitor, finding, &here, |page, frame| {
            view! { <Document page confirm=query::confirm_link(&here) frame/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Document(page: ActPage, confirm: String, frame: Frame) -> impl IntoView {
    let back = query::desk_page("accounts", &page.person.id, None);
    view! {
        <Question
            title=title(page.act, &page.person.name)
            frame
            barred=page.barred
            consequences=consequences(&page)
            confirm=(!page.is_fresh).then_some(confirm)
            back=(back, "Back to the account")
        >
            <TheForm page/>
        </Question>
    }
}

fn title(act: AccountAct, name: &str) -> String {
    match act {
        AccountAct::Approve => format!("Approve {name}"),
        AccountAct::Reject => format!("Reject {name}"),
        AccountAct::Suspend => format!("Suspend {name}"),
        AccountAct::Reactivate => format!("Reactivate {name}"),
        AccountAct::EndSessions => format!("End the sessions of {name}"),
        AccountAct::Role => format!("Change the role of {name}"),
    }
}

/// What will happen, one sentence each.
fn consequences(page: &ActPage) -> Vec<String> {
    let openers = page.openers.clone();
    let mut says = match page.act {
        AccountAct::Approve => vec![
            "The person is let in, at once where they wait in a browser.".to_owned(),
            opened_by("From then on", openers),
        ],
        AccountAct::Reject => vec![
            "The account is closed, and the person doesn’t get in with it.".to_owned(),
            browsers_signed_out(page.sessions),
        ],
        AccountAct::Suspend => vec![
            "The account can’t be used for now; everything in it is kept.".to_owned(),
            browsers_signed_out(page.sessions),
        ],
        AccountAct::Reactivate => vec![
            "The account can be used again, as before.".to_owned(),
            opened_by("From then on", openers),
        ],
        AccountAct::EndSessions => vec![
            browsers_signed_out(page.sessions),
            opened_by("They can sign in again at once:", openers),
        ],
        AccountAct::Role => vec![
            "What the account may do changes with the next page that its person opens.".to_owned(),
            "Whoever becomes an administrator is signed out where a mailed code was the way in."
                .to_owned(),
        ],
    };
    if page.act == AccountAct::EndSessions && page.is_own {
        says.push("It is your own account: the browser you are in stays signed in.".to_owned());
    }
    says.push(format!("A mail to {} says so.", page.email));
    says.push(match &page.undo_until {
        Some(day) => format!("It can be undone until {day}, from what happened to the account."),
        None => "It can’t be undone: sessions that ended stay ended.".to_owned(),
    });
    says
}

#[component]
fn TheForm(page: ActPage) -> impl IntoView {
    let ActPage {
        act,
        person,
        role,
        roles,
        earliest_day,
        ..
    } = page;
    let (action, button) = match act {
        AccountAct::Approve => (ApproveAccount::PATH, "Approve"),
        AccountAct::Reject => (RejectAccount::PATH, "Reject"),
        AccountAct::Suspend => (SuspendAccount::PATH, "Suspend"),
        AccountAct::Reactivate => (ReactivateAccount::PATH, "Reactivate"),
        AccountAct::EndSessions => (EndSessionsOf::PATH, "End the sessions"),
        AccountAct::Role => (SetRole::PATH, "Change the role"),
    };
    let asks_why = match act {
        AccountAct::Reject | AccountAct::Suspend => true,
        // Where a choice takes part in administration, the record asks for a reason.
        AccountAct::Role => role >= Role::Admin || roles.iter().all(|role| *role >= Role::Admin),
        AccountAct::Approve | AccountAct::Reactivate | AccountAct::EndSessions => false,
    };
    view! {
        <form class="form" method="post" action=action>
            <input type="hidden" name="account" value=person.id/>
            {(act == AccountAct::Role).then(|| view! { <Roles role roles/> })}
            {(act == AccountAct::Suspend).then(|| view! { <UntilField earliest_day/> })}
            <ReasonField required=asks_why/>
            <p class="actions">
                <button class="button">{button}</button>
            </p>
        </form>
    }
}

#[component]
fn Roles(role: Role, roles: Vec<Role>) -> impl IntoView {
    let problem = came_back(FormProblem::ChoiceMissing)
        .map(|_| "Choose one of the roles, then go on.".to_owned());
    view! {
        <fieldset class="choices" aria-describedby="role-now role-problem">
            <legend>"The role from now on"</legend>
            <p id="role-now" class="fine">"It is now: " {words::role(role)} "."</p>
            {roles
                .into_iter()
                .map(|role| {
                    view! {
                        <label class="choice">
                            <input type="radio" name="role" value=word(role) required/>
                            <span>
                                {words::role(role)} <span class="fine">" · " {means(role)}</span>
                            </span>
                        </label>
                    }
                })
                .collect_view()}
            <FieldProblem id="role-problem" problem/>
        </fieldset>
        <p class="fine">"To make or unmake an administrator, say why."</p>
    }
}

const fn word(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Reviewer => "reviewer",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}

const fn means(role: Role) -> &'static str {
    match role {
        Role::Member => "sees their own account",
        Role::Reviewer => "sees this desk and attests, changes nothing",
        Role::Admin => "decides about everybody but owners",
        Role::Owner => "decides about everybody",
    }
}

#[component]
fn UntilField(earliest_day: String) -> impl IntoView {
    let problem = came_back(FormProblem::BadDay);
    view! {
        <div class="field">
            <label for="until">"Until, if it ends by itself"</label>
            <input
                id="until"
                name="until"
                type="date"
                min=earliest_day
                autofocus=problem.is_some()
                aria-describedby="until-note until-problem"
                aria-invalid=problem.as_ref().map(|_| "true")
            />
            <p id="until-note" class="fine">
                "The account opens again as that day begins (UTC), and a mail says so. Left empty, it stays closed until somebody reactivates it."
            </p>
            <FieldProblem id="until-problem" problem/>
        </div>
    }
}

fn came_back(at_this_field: FormProblem) -> Option<String> {
    query::form_problem()
        .filter(|problem| *problem == at_this_field)
        .map(|problem| form_problem(problem).to_owned())
}
