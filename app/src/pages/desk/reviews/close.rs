//! `/admin/reviews/{id}/close`: what closing leaves, and the button for it.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    ROOM,
    pieces::{BackTo, ShowFirst, id_in_path},
};
use crate::{
    api::desk::CloseReview,
    components::FormNote,
    gate,
    pages::desk::{DeskPage, frame::about},
    query,
    wire::desk::{ClosingReview, Frame},
    words::reviews::{stay_connected, stay_undecided, stay_unsure},
};

/// What closing leaves.
#[component]
pub fn CloseReviewPage() -> impl IntoView {
    let id = id_in_path();
    let here = query::review_page(&id, Some("close"));
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let finding = visitor.backend.closing_review(id);
        about(&visitor, finding, &here, |found, frame| {
            view! { <Question found frame/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Question(found: ClosingReview, frame: Frame) -> impl IntoView {
    let ClosingReview {
        line,
        to_carry_out,
        is_fresh,
    } = found;
    let id = line.id.clone();
    let tally = line.tally;
    view! {
        <DeskPage title="Close a review" here=ROOM frame>
            <h1 class="address">{format!("Close “{}”", line.name)}</h1>
            <FormNote/>
            <section>
                <h2>"What will happen"</h2>
                <ul class="plain">
                    <li>"Nothing in the review can be changed any more. That can’t be undone."</li>
                    <li>"The evidence can be downloaded from then on: every link, what was said of it, and a signature."</li>
                    {(tally.undecided() > 0)
                        .then(|| {
                            view! {
                                <li>{stay_undecided(tally.undecided())}</li>
                            }
                        })}
                    {(tally.unsure > 0)
                        .then(|| {
                            view! {
                                <li>{stay_unsure(tally.unsure)}</li>
                            }
                        })}
                    {(to_carry_out > 0)
                        .then(|| {
                            view! {
                                <li>
                                    {stay_connected(to_carry_out)} " "
                                    <a href=query::review_page(&id, Some("carry-out"))>
                                        "Disconnect first"
                                    </a>
                                </li>
                            }
                        })}
                </ul>
            </section>
            {if is_fresh {
                view! {
                    <form method="post" action=CloseReview::PATH>
                        <input type="hidden" name="review" value=id.clone()/>
                        <p class="actions">
                            <button class="button">"Close the review"</button>
                        </p>
                    </form>
                }
                    .into_any()
            } else {
                view! { <ShowFirst/> }.into_any()
            }}
            <BackTo href=query::review_page(&line.id, None)/>
        </DeskPage>
    }
}
