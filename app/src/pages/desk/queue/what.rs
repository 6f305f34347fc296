//! What an item of the queue asks, with the two sides of it.

use leptos::prelude::*;

use crate::{
    components::When,
    pages::desk::pieces::Address,
    wire::{
        Moment, Role, Status,
        desk::queue::{Card, ClioLogin, ItselfBy, ManageSaid, Question},
    },
    words::{self, queue as say, turned_down},
};

/// What is asked, and the two sides of it.
#[component]
pub fn What(
    /// What is asked.
    question: Question,
    /// The account that it is about.
    who: Card,
) -> impl IntoView {
    match question {
        Question::NewAccount {
            clio,
            from,
            itself_by,
            manage,
        } => view! { <NewAccount who clio from itself_by manage/> }.into_any(),
        Question::Link {
            clio,
            message,
            logins,
            mailbox_proved,
            ..
        } => {
            let opens = match logins {
                0 => "No Clio login opens it".to_owned(),
                1 => "One Clio login opens it".to_owned(),
                more => format!("{more} Clio logins open it"),
            };
            view! {
                <Sides
                    left="Clio login"
                    right="Account here"
                    rows=vec![
                        ("Name", clio.name, who.name.clone()),
                        ("E-mail", clio.email, who.email.clone()),
                    ]
                />
                <p class="fine">
                    <Who who/> " · " {opens}
                </p>
                {(!message.is_empty())
                    .then(|| view! { <blockquote class="message">{message}</blockquote> })}
                {mailbox_proved
                    .map(|at| {
                        view! {
                            <p class="status">
                                "They proved the account’s mailbox " <When moment=at/>
                                ", which isn’t enough for an administrator’s account."
                            </p>
                        }
                    })}
            }
            .into_any()
        }
        Question::Email { new, holder, .. } => view! {
            <Sides
                left="At Clio"
                right="Account here"
                rows=vec![("E-mail", new, who.email.clone())]
            />
            <p class="fine">
                <Who who/>
            </p>
            {holder
                .map(|(id, email)| {
                    view! {
                        <p class="status caution">
                            "The e-mail at Clio is that of "
                            <a href=account_page(&id)>"another account"</a> ", "
                            <span class="address">{email}</span> "."
                        </p>
                    }
                })}
        }
        .into_any(),
        Question::NotMe {
            about,
            since,
            taken,
            email_taken,
            ..
        } => view! { <NotMe who about=say::not_me(about) since taken email_taken/> }.into_any(),
    }
}

#[component]
fn NewAccount(
    who: Card,
    clio: Option<ClioLogin>,
    from: Option<(String, String)>,
    itself_by: Option<ItselfBy>,
    manage: Option<ManageSaid>,
) -> impl IntoView {
    let proof = match (who.is_proved, itself_by) {
        (true, _) => "proved",
        (false, Some(ItselfBy::Mailbox)) => "not proved; a code from the mailbox lets them in",
        (false, Some(ItselfBy::Membership)) => {
            "not proved; Clio Manage lets them in, if they belong to the firm"
        }
        (false, None) => "not proved",
    };
    let clio_email = clio.map(|clio| clio.email).unwrap_or_default();
    let is_other = !clio_email.is_empty() && !clio_email.eq_ignore_ascii_case(&who.email);
    view! {
        <dl class="queue-facts">
            <div>
                <dt>"Account"</dt>
                <dd>
                    <Who who=who.clone()/>
                </dd>
            </div>
            <div>
                <dt>"Mailbox"</dt>
                <dd>
                    <span class="address">{who.email}</span>
                    ", " {proof}
                </dd>
            </div>
            {is_other
                .then(|| {
                    view! {
                        <div>
                            <dt>"E-mail at Clio"</dt>
                            <dd class="address">{clio_email}</dd>
                        </div>
                    }
                })}
            {manage
                .map(|said| {
                    let says = match said.why {
                        Some(why) => turned_down(&said.user, why),
                        None => format!("{} at {}.", said.user.name, said.user.firm),
                    };
                    let owns = said
                        .owns_firm
                        .then_some(" They own that firm’s account at Clio.");
                    view! {
                        <div>
                            <dt>"Clio Manage"</dt>
                            <dd>{says} {owns}</dd>
                        </div>
                    }
                })}
            {from
                .map(|(device, address)| {
                    let device = if device.is_empty() { "Unknown browser".to_owned() } else { device };
                    view! {
                        <div>
                            <dt>"Signed in from"</dt>
                            <dd class="address">{device} ", " {address}</dd>
                        </div>
                    }
                })}
        </dl>
    }
}

#[component]
fn NotMe(
    who: Card,
    about: &'static str,
    since: Option<Moment>,
    taken: Vec<String>,
    email_taken: bool,
) -> impl IntoView {
    let is_nothing = taken.is_empty() && !email_taken;
    view! {
        <dl class="queue-facts">
            <div>
                <dt>"Account"</dt>
                <dd>
                    <Who who/>
                </dd>
            </div>
            <div>
                <dt>"What wasn’t them"</dt>
                <dd>{about} {since.map(|at| view! { ", " <When moment=at/> })}</dd>
            </div>
            <div>
                <dt>"Taken away"</dt>
                <dd>
                    {is_nothing.then_some("Nothing; all browsers were signed out")}
                    {taken
                        .into_iter()
                        .map(|email| {
                            let email = if email.is_empty() { "without an e-mail".to_owned() } else { email };
                            view! { <span class="line">"Clio login " <span class="address">{email}</span></span> }
                        })
                        .collect_view()}
                    {email_taken
                        .then(|| view! { <span class="line">"The proof of the account’s e-mail"</span> })}
                </dd>
            </div>
        </dl>
    }
}

/// An account's name, which leads to its page, with its state where that isn't the ordinary one.
#[component]
pub fn Who(
    /// Whose account it is.
    who: Card,
) -> impl IntoView {
    let called = say::called(&who);
    let Card {
        id, status, role, ..
    } = who;
    let is_ordinary = matches!(status, Status::Active);
    let role = (role > Role::Member).then(|| words::role(role));
    view! {
        <a href=account_page(&id)>{called}</a>
        {(!is_ordinary)
            .then(|| {
                view! {
                    " "
                    <span class="badge">{say::status(status)}</span>
                }
            })}
        {role.map(|role| view! { " · " {role} })}
    }
}

/// Two sides of the same facts; what differs is marked in words, too.
#[component]
fn Sides(
    left: &'static str,
    right: &'static str,
    rows: Vec<(&'static str, String, String)>,
) -> impl IntoView {
    view! {
        <table class="sides">
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{left}</th>
                    <th scope="col">{right}</th>
                    <td></td>
                </tr>
            </thead>
            <tbody>
                {rows
                    .into_iter()
                    .map(|(name, one, other)| {
                        let differs = !one.eq_ignore_ascii_case(&other);
                        view! {
                            <tr>
                                <th scope="row">{name}</th>
                                <td>
                                    <Address email=or_none(one)/>
                                </td>
                                <td>
                                    <Address email=or_none(other)/>
                                </td>
                                <td class="fine">{if differs { "differs" } else { "same" }}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        "not given".to_owned()
    } else {
        text
    }
}

fn account_page(id: &str) -> String {
    format!("/admin/accounts/{id}")
}
