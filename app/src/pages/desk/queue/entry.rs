//! One item of the queue, with what a decision about it is made from.

use leptos::prelude::*;

use super::{
    path_of,
    what::{What, Who},
};
use crate::{
    components::When,
    query,
    wire::desk::queue::{Candidate, ProofRequest, Question, QueueAct, QueueEntry},
    words::queue as say,
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
