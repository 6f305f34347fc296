//! Two accounts in a table, fact by fact.

use leptos::prelude::*;

use super::Way;
use crate::{
    components::When,
    pages::desk::pieces::Address,
    wire::{Connection, Moment, desk::Side},
    words::{account_state, login_linked, merge_obstacle, role},
};

/// The form's field for the account whose e-mail is kept.
const EMAIL_OF: &str = "email_of";

/// Both accounts, fact by fact; with a choice wherever a merge has one.
#[component]
pub(super) fn Sides(a: Side, b: Side, way: Option<Way>) -> impl IntoView {
    let suggests_b = way.map(|way| way.suggests_b);
    // A name that is missing is none to suggest.
    let name_of = |ours: &str, theirs: &str| {
        suggests_b.map(|b| (b && !theirs.is_empty()) || (!b && ours.is_empty()))
    };
    let first_name = name_of(&a.first_name, &b.first_name);
    let last_name = name_of(&a.last_name, &b.last_name);
    let stays = way.map(|way| {
        view! {
            <tr>
                <th scope="row">"Which one stays"</th>
                <Stays side=a.clone() other=b.clone() number="First" is_suggested=!way.suggests_b/>
                <Stays side=b.clone() other=a.clone() number="Second" is_suggested=way.suggests_b/>
            </tr>
        }
    });
    let cell = |name: &'static str, ours: AnyView, theirs: AnyView, differs: bool| {
        view! {
            <tr>
                <Fact name differs/>
                <td data-label="First">{ours}</td>
                <td data-label="Second">{theirs}</td>
            </tr>
        }
    };
    view! {
        <table class="table versus-table">
            <caption class="unseen">"The two accounts, fact by fact"</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">
                        <a href=format!("/admin/accounts/{}", a.id)>"First account"</a>
                    </th>
                    <th scope="col">
                        <a href=format!("/admin/accounts/{}", b.id)>"Second account"</a>
                    </th>
                </tr>
            </thead>
            <tbody>
                {stays}
                {cell(
                    "First name",
                    choice("first_name_of", "First name", &a.id, &a.first_name, first_name.map(|b| !b)),
                    choice("first_name_of", "First name", &b.id, &b.first_name, first_name),
                    a.first_name != b.first_name,
                )}
                {cell(
                    "Last name",
                    choice("last_name_of", "Last name", &a.id, &a.last_name, last_name.map(|b| !b)),
                    choice("last_name_of", "Last name", &b.id, &b.last_name, last_name),
                    a.last_name != b.last_name,
                )}
                {cell(
                    "E-mail",
                    email(&a, suggests_b.map(|b| !b)),
                    email(&b, suggests_b),
                    a.email != b.email,
                )}
                {cell(
                    "State",
                    account_state(a.status).into_any(),
                    account_state(b.status).into_any(),
                    a.status != b.status,
                )}
                {cell("Role", role(a.role).into_any(), role(b.role).into_any(), a.role != b.role)}
                {cell("Account since", when(Some(a.created)), when(Some(b.created)), false)}
                {cell("Last sign-in", when(a.last_sign_in), when(b.last_sign_in), false)}
                {cell("Signed in", browsers(a.sessions).into_any(), browsers(b.sessions).into_any(), false)}
                {cell(
                    "Password",
                    password(a.has_password).into_any(),
                    password(b.has_password).into_any(),
                    a.has_password != b.has_password,
                )}
                {cell("Clio logins", logins(a.logins), logins(b.logins), false)}
            </tbody>
        </table>
    }
}

#[component]
fn Fact(name: &'static str, differs: bool) -> impl IntoView {
    view! {
        <th scope="row">
            {name} {differs.then(|| view! { " " <span class="fine">"differs"</span> })}
        </th>
    }
}

/// Whether this account can be the one that stays.
#[component]
fn Stays(side: Side, other: Side, number: &'static str, is_suggested: bool) -> impl IntoView {
    let why_not = side
        .cannot_take_in
        .map(|obstacle| (obstacle, "This one can’t stay. "))
        .or(other
            .cannot_be_taken_in
            .map(|obstacle| (obstacle, "The other one can’t go. ")));
    view! {
        <td data-label=number>
            {match why_not {
                None => {
                    view! {
                        <label class="pick">
                            <input type="radio" name="into" value=side.id checked=is_suggested required/>
                            <span>"This account stays"</span>
                        </label>
                    }
                        .into_any()
                }
                Some((obstacle, which)) => {
                    view! { <p class="fine">{which} {merge_obstacle(obstacle)}</p> }.into_any()
                }
            }}
        </td>
    }
}

/// A fact that can be taken from this account; only shown where nothing is to choose.
fn choice(
    field: &'static str,
    name: &'static str,
    id: &str,
    value: &str,
    is_suggested: Option<bool>,
) -> AnyView {
    let value = value.to_owned();
    let shown = if value.is_empty() {
        view! { <span class="absent">"Not given"</span> }.into_any()
    } else if field == EMAIL_OF {
        view! { <Address email=value/> }.into_any()
    } else {
        view! { <span class="address">{value}</span> }.into_any()
    };
    match is_suggested {
        None => shown,
        Some(checked) => view! {
            <label class="pick">
                <input type="radio" name=field value=id.to_owned() checked=checked required/>
                <span class="unseen">{name} ": "</span>
                {shown}
            </label>
        }
        .into_any(),
    }
}

/// The e-mail, which can be kept only when it was proved.
fn email(side: &Side, is_suggested: Option<bool>) -> AnyView {
    let is_suggested = is_suggested.filter(|_| side.email_verified);
    let proved = if side.email_verified {
        "Proved"
    } else {
        "Nobody has proved it, so it can’t be kept"
    };
    view! {
        <div>
            {choice(EMAIL_OF, "E-mail", &side.id, &side.email, is_suggested)}
            <p class="fine">{proved}</p>
        </div>
    }
    .into_any()
}

fn when(moment: Option<Moment>) -> AnyView {
    match moment {
        Some(moment) => view! { <When moment/> }.into_any(),
        None => view! { <span class="absent">"Never"</span> }.into_any(),
    }
}

fn browsers(sessions: u32) -> String {
    match sessions {
        0 => "In no browser".to_owned(),
        1 => "In 1 browser".to_owned(),
        some => format!("In {some} browsers"),
    }
}

const fn password(has_password: bool) -> &'static str {
    if has_password { "Set" } else { "None" }
}

fn logins(logins: Vec<Connection>) -> AnyView {
    if logins.is_empty() {
        return view! { <span class="absent">"None"</span> }.into_any();
    }
    view! {
        <ul class="plain">
            {logins
                .into_iter()
                .map(|login| {
                    let name = match login.clio_email {
                        Some(email) => view! { <Address email/> }.into_any(),
                        None => "Clio login".into_any(),
                    };
                    view! {
                        <li>
                            {name}
                            <p class="fine">
                                "Linked " <When moment=login.linked/> {login_linked(login.method)}
                                ", last used " <When moment=login.last_used/>
                            </p>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}
