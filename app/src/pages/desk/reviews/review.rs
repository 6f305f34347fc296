//! `/admin/reviews/{id}`: one review, how far it has come, and a page of its links.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    ROOM,
    pieces::{Progress, StateBadge, id_in_path},
    sheet::{Links, Sheet},
};
use crate::{
    api::desk::NameReviewer,
    backend::desk::ReviewPart,
    components::{DoneNote, FormNote, When},
    gate,
    pages::desk::{DeskPage, frame::about},
    query,
    wire::desk::{
        Frame, Review, ReviewLine, ReviewScope, ReviewShare, ReviewShow, ReviewState,
        ReviewerChoice,
    },
    words::reviews::{self, counted, logins, scope, shown},
};

/// One review.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let id = id_in_path();
    let here = query::review_page(&id, None);
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let part = ReviewPart {
        show: query::parameter("show").and_then(|code| ReviewShow::from_code(&code)),
        after: query::parameter("after").and_then(|place| place.parse().ok()),
    };
    Suspend::new(async move {
        let finding = visitor.backend.one_review(id, part);
        about(&visitor, finding, &here, |review, frame| {
            view! { <Document review frame/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Document(review: Review, frame: Frame) -> impl IntoView {
    let line = review.line.clone();
    let is_gathering = line.state == ReviewState::Gathering;
    let manages = review.may_manage && !is_gathering;
    let is_open = manages && line.state != ReviewState::Closed;
    view! {
        <DeskPage title=line.name.clone() here=ROOM frame>
            <div class="desk-head">
                <h1 class="address">{line.name.clone()}</h1>
                <StateBadge state=line.state/>
                <Acts line=line.clone() to_carry_out=review.to_carry_out is_open/>
            </div>
            <DoneNote says=reviews::done/>
            <FormNote/>
            <Facts review=review.clone()/>
            {if is_gathering {
                view! {
                    <p>
                        "The links are being gathered. " <a href=query::review_page(&line.id, None)>"Look again"</a>
                    </p>
                }
                    .into_any()
            } else {
                view! {
                    <Shares shares=review.shares.clone() may_ask=is_open/>
                    {is_open.then(|| view! { <AskAnother id=line.id.clone() choices=review.choices.clone()/> })}
                    <TheLinks review/>
                }
                    .into_any()
            }}
        </DeskPage>
    }
}

#[component]
fn Acts(line: ReviewLine, to_carry_out: u32, is_open: bool) -> impl IntoView {
    let carry_out = (is_open && to_carry_out > 0).then(|| {
        view! {
            <a class="button button-quiet" href=query::review_page(&line.id, Some("carry-out"))>
                "Disconnect " {logins(to_carry_out)}
            </a>
        }
    });
    let close = is_open.then(|| {
        view! {
            <a class="button button-quiet" href=query::review_page(&line.id, Some("close"))>
                "Close the review"
            </a>
        }
    });
    let pack = (line.state == ReviewState::Closed).then(|| {
        view! {
            <a class="button button-quiet" href=query::review_page(&line.id, Some("pack")) download>
                "Download the evidence"
            </a>
        }
    });
    view! { <p class="actions">{carry_out} {close} {pack}</p> }
}

#[component]
fn Facts(review: Review) -> impl IntoView {
    let Review {
        line,
        scope: ReviewScope { list, is_cut },
        begun_by,
        closed_by,
        ..
    } = review;
    let tally = line.tally;
    let of_each = format!(
        "{} to keep, {} to disconnect, {} unsure, {} not decided",
        tally.kept,
        tally.revoked,
        tally.unsure,
        tally.undecided()
    );
    view! {
        <dl class="facts">
            <div>
                <dt>"Progress"</dt>
                <dd>
                    <Progress tally about=line.name/>
                    <p class="fine">{of_each}</p>
                </dd>
            </div>
            <div>
                <dt>"Last day"</dt>
                <dd>{line.last_day}</dd>
            </div>
            <div>
                <dt>"Links"</dt>
                <dd class="address">
                    {scope(&list)} " · " <a href=list.path()>"The list as it is now"</a>
                    {is_cut
                        .then(|| {
                            view! {
                                <p class="fine">"Only the first 200,000 of them: more don’t fit into one review."</p>
                            }
                        })}
                </dd>
            </div>
            <div>
                <dt>"Begun"</dt>
                <dd class="address">
                    <When moment=line.begun/> " by " {begun_by}
                </dd>
            </div>
            {line
                .closed
                .map(|moment| {
                    view! {
                        <div>
                            <dt>"Closed"</dt>
                            <dd class="address">
                                <When moment/> {closed_by.map(|by| format!(" by {by}"))}
                            </dd>
                        </div>
                    }
                })}
        </dl>
    }
}

#[component]
fn Shares(shares: Vec<ReviewShare>, may_ask: bool) -> impl IntoView {
    view! {
        <section>
            <h2>"Reviewers"</h2>
            <ul class="rows review-shares">
                {shares
                    .into_iter()
                    .map(|share| {
                        let decided = share.links - share.undecided.min(share.links);
                        let name = share.name.clone();
                        let is_nobody = name.is_none();
                        let about = name.unwrap_or_else(|| "Nobody".to_owned());
                        let label = format!("{about}: {decided} of {} decided", counted(share.links));
                        view! {
                            <li>
                                <h3 class="address">{about}</h3>
                                <p>
                                    <progress class="progress" max=share.links.max(1) value=decided aria-label=label>
                                        {decided}
                                    </progress>
                                    <span class="fine">{decided} " of " {counted(share.links)} " decided"</span>
                                </p>
                                {is_nobody
                                    .then(|| {
                                        view! {
                                            <p class="fine">
                                                {reviews::nobodys(may_ask)}
                                            </p>
                                        }
                                    })}
                                {(!is_nobody && !share.can_decide)
                                    .then(|| {
                                        view! {
                                            <p class="fine">
                                                {reviews::left_the_desk(may_ask)}
                                            </p>
                                        }
                                    })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn AskAnother(id: String, choices: Vec<ReviewerChoice>) -> impl IntoView {
    (!choices.is_empty()).then(|| {
        view! {
            <details>
                <summary>"Ask another reviewer"</summary>
                <form class="form" method="post" action=NameReviewer::PATH>
                    <input type="hidden" name="review" value=id/>
                    <div class="field">
                        <label for="account">"Who"</label>
                        <select id="account" name="account" required>
                            {choices
                                .into_iter()
                                .map(|choice| {
                                    view! {
                                        <option value=choice.id>
                                            {format!("{} ({})", choice.name, choice.email)}
                                        </option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    </div>
                    <p class="actions">
                        <button class="button button-quiet">"Ask them"</button>
                    </p>
                </form>
            </details>
        }
    })
}

#[component]
fn TheLinks(review: Review) -> impl IntoView {
    let id = review.line.id.clone();
    let show = review.show;
    let tabs = ReviewShow::ALL
        .into_iter()
        .filter(|tab| *tab != ReviewShow::Yours || review.may_decide)
        .map(|tab| {
            let href = format!("{}?show={}", query::review_page(&id, None), tab.code());
            view! {
                <a href=href aria-current=(tab == show).then_some("true")>
                    {shown(tab)}
                </a>
            }
        })
        .collect_view();
    let next = review.next.map(|next| {
        format!(
            "{}?show={}&after={next}",
            query::review_page(&id, None),
            show.code()
        )
    });
    let first = review
        .is_later_page
        .then(|| format!("{}?show={}", query::review_page(&id, None), show.code()));
    let decides = review.may_decide
        && matches!(
            review.line.state,
            ReviewState::Running | ReviewState::Overdue
        );
    let is_empty = review.items.is_empty();
    let pages = next.is_some() || first.is_some();
    view! {
        <section>
            <h2>"Links"</h2>
            <nav class="rooms review-tabs" aria-label="Which links">
                {tabs}
            </nav>
            {is_empty.then(|| view! { <p>{reviews::none_shown(show)}</p> })}
            {(!is_empty)
                .then(|| {
                    if decides {
                        view! { <Sheet id=id.clone() show items=review.items/> }.into_any()
                    } else {
                        view! { <Links items=review.items/> }.into_any()
                    }
                })}
            {pages
                .then(|| {
                    view! {
                        <p class="actions">
                            {first.map(|href| view! { <a href=href>"Back to the first"</a> })}
                            {next.map(|href| view! { <a href=href rel="next">"The next ones, without deciding"</a> })}
                        </p>
                    }
                })}
        </section>
    }
}
