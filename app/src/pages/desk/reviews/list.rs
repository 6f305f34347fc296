//! `/admin/reviews`: the reviews there are and were.

use leptos::prelude::*;

use super::{
    ROOM,
    pieces::{Progress, StateBadge},
};
use crate::{
    components::{DoneNote, FormNote, When},
    gate,
    pages::desk::DeskPage,
    query,
    wire::desk::{Frame, ReviewLine, ReviewList, ReviewState},
    words::reviews,
};

/// The reviews there are and were.
#[component]
pub fn ReviewsPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(ROOM) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let list = match visitor.backend.reviews().await {
            Ok(list) => visitor.backend.frame().await.map(|frame| (list, frame)),
            Err(failure) => Err(failure),
        };
        match list {
            Ok((list, frame)) => view! { <List list frame/> }.into_any(),
            Err(failure) => gate::failed(failure, ROOM),
        }
    })
    .into_any()
}

#[component]
fn List(list: ReviewList, frame: Frame) -> impl IntoView {
    let may_begin = list.may_begin;
    let is_empty = list.reviews.is_empty();
    let (closed, open): (Vec<_>, Vec<_>) = list
        .reviews
        .into_iter()
        .partition(|line| line.state == ReviewState::Closed);
    view! {
        <DeskPage title="Reviews" here=ROOM frame>
            <div class="desk-head">
                <h1>"Reviews"</h1>
                {may_begin
                    .then(|| {
                        view! {
                            <p class="actions">
                                <a class="button" href="/admin/reviews/new">
                                    "Begin a review"
                                </a>
                            </p>
                        }
                    })}
            </div>
            <DoneNote says=reviews::done/>
            <FormNote/>
            {is_empty.then(|| view! { <Empty may_begin/> })}
            {(!open.is_empty()).then(|| view! { <Part title="Under way" lines=open/> })}
            {(!closed.is_empty()).then(|| view! { <Part title="Closed" lines=closed/> })}
        </DeskPage>
    }
}

#[component]
fn Empty(may_begin: bool) -> impl IntoView {
    let says = if may_begin {
        "There is no review yet. In one, the people you choose look at every link and say whether it should stay; at its end you get evidence of what they said."
    } else {
        "No review waits for you. You get a mail when an administrator asks you to look at links."
    };
    view! { <p class="lead">{says}</p> }
}

#[component]
fn Part(title: &'static str, lines: Vec<ReviewLine>) -> impl IntoView {
    view! {
        <section>
            <h2>{title}</h2>
            <ul class="rows">
                {lines.into_iter().map(|line| view! { <Line line/> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Line(line: ReviewLine) -> impl IntoView {
    let ReviewLine {
        id,
        name,
        state,
        tally,
        last_day,
        begun,
        closed,
    } = line;
    // Of the others, the heading says it.
    let needs_a_word = matches!(state, ReviewState::Gathering | ReviewState::Overdue);
    view! {
        <li>
            <h3>
                <a class="address" href=query::review_page(&id, None)>
                    {name.clone()}
                </a>
                {needs_a_word.then(|| view! { " " <StateBadge state/> })}
            </h3>
            <p>
                <Progress tally about=name/>
            </p>
            <p class="fine">
                "Last day: " {last_day} " · begun " <When moment=begun/>
                {closed.map(|moment| view! { " · closed " <When moment/> })}
            </p>
        </li>
    }
}
