//! `/admin/queue`: what waits for a decision, the oldest first; what a decision would do; and what came
//! of several.

mod decide;
mod entry;
mod report;
mod what;

use leptos::prelude::*;

use self::entry::Entry;
pub use self::{
    decide::{QueueApprovePage, QueueAskPage, QueueDeclinePage},
    report::QueueReportPage,
};
use super::{DeskPage, keys::Keys};
use crate::{
    components::{DoneNote, Doorway, FormNote},
    gate, query,
    wire::desk::{
        Frame,
        queue::{Queue, QueueAct, QueueKind},
    },
    words,
};

pub(super) const HERE: &str = "/admin/queue";

/// What waits for a decision.
#[component]
pub fn QueuePage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let kind = query::parameter("kind");
    let (after, before) = (query::parameter("after"), query::parameter("before"));
    Suspend::new(async move {
        let backend = &visitor.backend;
        let shown = async {
            let queue = backend.queue(kind, after, before).await?;
            Ok((backend.frame().await?, queue))
        };
        match shown.await {
            Ok((frame, queue)) => view! { <Document frame queue/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, queue: Queue) -> impl IntoView {
    let Queue {
        kind,
        counts,
        entries,
        earlier,
        later,
        may_decide,
    } = queue;
    let has_entries = !entries.is_empty();
    let contents = if entries.is_empty() {
        view! { <Nothing kind/> }.into_any()
    } else {
        let rows = entries
            .into_iter()
            .map(|entry| view! { <Entry entry may_decide can_choose=may_decide/> })
            .collect_view();
        let list = view! { <ul class="queue">{rows}</ul> };
        if may_decide {
            view! {
                <form method="get" action=path_of(QueueAct::Approve)>
                    <Together/>
                    {list}
                </form>
            }
            .into_any()
        } else {
            list.into_any()
        }
    };
    view! {
        <DeskPage title="Queue" here=HERE frame>
            <h1>"Queue"</h1>
            <p class="lead">"Who waits for a decision, the longest first."</p>
            <DoneNote says=words::queue::done/>
            <FormNote/>
            <nav class="chips" aria-label="What to show">
                <Chip name="All that waits" kind=None count=None is_here=kind.is_none()/>
                {counts
                    .into_iter()
                    .map(|(each, count)| {
                        let is_here = kind == Some(each);
                        view! { <Chip name=words::queue::kind(each) kind=Some(each) count is_here/> }
                    })
                    .collect_view()}
            </nav>
            {contents}
            {(earlier.is_some() || later.is_some())
                .then(|| {
                    view! {
                        <nav class="pages" aria-label="More of the queue">
                            {earlier.map(|place| view! { <Page name="Earlier" to="before" place kind/> })}
                            {later.map(|place| view! { <Page name="Later" to="after" place kind/> })}
                        </nav>
                    }
                })}
            {has_entries.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

#[component]
fn Chip(
    name: &'static str,
    kind: Option<QueueKind>,
    count: Option<u32>,
    is_here: bool,
) -> impl IntoView {
    let href = link_to(kind, &[]);
    let count = count.map(|count| {
        let most = Frame::MOST_WAITING;
        let text = if count > most {
            format!("{most}+")
        } else {
            count.to_string()
        };
        view! { " " <span class="chip-count">{text}</span> }
    });
    view! {
        <a class="chip" href=href aria-current=is_here.then_some("page")>
            {name}
            {count}
        </a>
    }
}

#[component]
fn Page(
    name: &'static str,
    to: &'static str,
    place: String,
    kind: Option<QueueKind>,
) -> impl IntoView {
    view! {
        <a class="alone" href=link_to(kind, &[(to, &place)])>
            {name}
        </a>
    }
}

/// What can be done about all that is chosen.
#[component]
fn Together() -> impl IntoView {
    let acts = [QueueAct::Approve, QueueAct::Decline, QueueAct::Ask];
    view! {
        <fieldset class="together">
            <legend class="unseen">"With all that is chosen"</legend>
            <span class="fine" aria-hidden="true">
                "With all that is chosen:"
            </span>
            {acts
                .map(|act| {
                    view! {
                        <button class="button button-quiet" formaction=path_of(act)>
                            {words::queue::button(act)}
                        </button>
                    }
                })
                .into_iter()
                .collect_view()}
        </fieldset>
    }
}

#[component]
fn Nothing(kind: Option<QueueKind>) -> impl IntoView {
    let (says, href, act) = match kind {
        None => (
            "Nobody waits for a decision. Whoever does stands here, the longest first.",
            "/admin/links",
            "Go to the links",
        ),
        Some(_) => ("Nothing of this kind waits.", HERE, "See all that waits"),
    };
    view! {
        <div class="empty">
            <Doorway/>
            <p>{says}</p>
            <p class="actions">
                <a class="button button-quiet" href=href>
                    {act}
                </a>
            </p>
        </div>
    }
}

fn link_to(kind: Option<QueueKind>, more: &[(&str, &str)]) -> String {
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    parameters.extend(kind.map(|kind| ("kind", kind.word())));
    parameters.extend(more);
    query::link(HERE, &parameters)
}

/// Where it is asked before that is done, and where it is done.
const fn path_of(act: QueueAct) -> &'static str {
    match act {
        QueueAct::Approve => "/admin/queue/approve",
        QueueAct::Decline => "/admin/queue/decline",
        QueueAct::Ask => "/admin/queue/ask",
    }
}
