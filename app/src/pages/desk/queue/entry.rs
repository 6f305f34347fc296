//! One item of the queue, with what a decision about it is made from.

use leptos::prelude::*;

use super::path_of;
use crate::{
    components::When,
    query,
    wire::{
        Status,
        desk::queue::{Candidate, Card, ProofRequest, Question, QueueAct, QueueEntry},
    },
    words::{self, queue as say},
};

/// One item.
#[component]
pub fn Entry(
    /// The item.
    entry: QueueEntry,
    /// Whether whoever looks may decide about it.
    may_decide: bool,
    /// Whether it can be chosen together with others.
    can_choose: bool,
) -> impl IntoView {
    let headline = say::headline(&entry);
    let label = format!("Choose: {headline}");
    let acts = may_decide.then(|| {
        view! {
            <Acts
                item=entry.item.clone()
                about=headline.clone()
                can_approve=entry.obstacle.is_none()
                may_ask=entry.may_ask
            />
        }
    });
    view! {
        <li class="queue-entry" data-row>
            {can_choose
                .then(|| {
                    view! {
                        <input
                            class="queue-choose"
                            type="checkbox"
                            name="item"
                            value=entry.item.clone()
                            aria-label=label
                        />
                    }
                })}
            <div class="queue-what">
                <h2>{headline}</h2>
                <Facts entry/>
            </div>
            {acts}
        </li>
    }
}

/// What a decision is made from.
#[component]
pub fn Facts(
    /// The item.
    entry: QueueEntry,
    /// Whether the accounts that may be the same person's stand elsewhere.
    #[prop(optional)]
    without_candidates: bool,
) -> impl IntoView {
    let QueueEntry {
        since,
        who,
        question,
        asked,
        obstacle,
        candidates,
        ..
    } = entry;
    let reference = question.reference().map(ToOwned::to_owned);
    let is_new = matches!(question, Question::NewAccount { .. }) && !without_candidates;
    view! {
        <p class="fine">
            "Came " <When moment=since/>
            {reference.map(|reference| view! { " · reference " <code>{reference}</code> })}
        </p>
        <What question who/>
        {asked.map(|asked| view! { <Asked asked/> })}
        {obstacle
            .map(|word| {
                view! {
                    <p class="status caution">
                        "It can’t be approved as things stand. " {say::why_not(&word)}
                    </p>
                }
            })}
        {is_new.then(|| view! { <Candidates candidates/> })}
    }
}

/// What is asked, and the two sides of it.
#[component]
fn What(question: Question, who: Card) -> impl IntoView {
    match question {
        Question::NewAccount {
            clio,
            from,
            awaits_mailbox,
        } => {
            let proof = match (who.is_proved, awaits_mailbox) {
                (true, _) => "proved",
                (false, true) => "not proved; a code from the mailbox lets them in",
                (false, false) => "not proved",
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
            .into_any()
        }
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
fn NotMe(
    who: Card,
    about: &'static str,
    since: Option<crate::wire::Moment>,
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
fn Who(who: Card) -> impl IntoView {
    let is_ordinary = matches!(who.status, Status::Active);
    let role = (who.role > crate::wire::Role::Member).then(|| words::role(who.role));
    view! {
        <a href=account_page(&who.id)>{say::called(&who)}</a>
        {(!is_ordinary)
            .then(|| {
                view! {
                    " "
                    <span class="badge">{say::status(who.status)}</span>
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
                                <td class="address">{or_none(one)}</td>
                                <td class="address">{or_none(other)}</td>
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

#[component]
fn Asked(asked: ProofRequest) -> impl IntoView {
    let ProofRequest { at, note, is_given } = asked;
    let came = if is_given {
        "; the mailbox is proved since"
    } else {
        "; nothing came so far"
    };
    view! {
        <p class="status">
            "Asked for more proof " <When moment=at/> {came} "."
            {(!note.is_empty()).then(|| view! { " Written: “" {note} "”" })}
        </p>
    }
}

/// The accounts that may be the same person's.
#[component]
fn Candidates(candidates: Vec<Candidate>) -> impl IntoView {
    if candidates.is_empty() {
        return view! { <p class="fine">"No account here looks like the same person’s."</p> }
            .into_any();
    }
    view! {
        <details class="alike" open>
            <summary>"Perhaps the same person"</summary>
            <ul>
                {candidates
                    .into_iter()
                    .map(|candidate| {
                        let differs = match (candidate.name_differs, candidate.email_differs) {
                            (true, true) => "; name and e-mail differ",
                            (true, false) => "; the name differs",
                            (false, true) => "; the e-mail differs",
                            (false, false) => "",
                        };
                        let alike: Vec<&str> = candidate
                            .alike
                            .into_iter()
                            .map(say::likeness)
                            .collect();
                        let email = if candidate.who.name.is_empty() {
                            String::new()
                        } else {
                            candidate.who.email.clone()
                        };
                        view! {
                            <li>
                                <Who who=candidate.who/>
                                " "
                                <span class="address fine">{email}</span>
                                <span class="line fine">{alike.join(", ") + differs}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
    .into_any()
}

/// What can be done about one item: each leads to a page that says what will happen.
#[component]
fn Acts(item: String, about: String, can_approve: bool, may_ask: bool) -> impl IntoView {
    let acts = [
        (QueueAct::Approve, can_approve),
        (QueueAct::Decline, true),
        (QueueAct::Ask, may_ask),
    ];
    view! {
        <div class="queue-acts">
            {acts
                .into_iter()
                .filter(|(_, is_possible)| *is_possible)
                .map(|(act, _)| {
                    let href = query::link(path_of(act), &[("item", &item)]);
                    view! {
                        <a class="button button-quiet" href=href>
                            {say::button(act)} <span class="unseen">": " {about.clone()}</span>
                        </a>
                    }
                })
                .collect_view()}
        </div>
    }
}

fn account_page(id: &str) -> String {
    format!("/admin/accounts/{id}")
}
