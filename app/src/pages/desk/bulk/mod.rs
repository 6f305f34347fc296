//! `/admin/bulk/{id}`: what one decision about many would do, is doing, or did.

mod items;

use leptos::{prelude::*, server_fn::ServerFn};

use self::items::{Counts, Items};
use super::{DeskPage, frame::about, keys::Keys};
use crate::{
    api::{CancelBulk, ConfirmBulk, UndoBulk},
    components::{DoneNote, FormNote, IslandScripts, When},
    gate,
    islands::{PROGRESS, ProgressWatch},
    query,
    wire::desk::{BulkPage as Facts, BulkStage, Confirming, Deed, Frame, links::Listing},
    words::{bulk, links},
};

const ROOM: &str = "/admin/bulk";
const LIST: &str = "/admin/links";

/// The `id` of the form that gives an act up.
const CANCEL: &str = "give-up";

/// One decision about many.
#[component]
pub fn BulkPage() -> impl IntoView {
    let here = query::this_page();
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let id = query::part_of_path("id");
    let after = query::parameter("after");
    Suspend::new(async move {
        let finding = visitor.backend.bulk(id, after);
        about(&visitor, finding, &here, |facts, frame| {
            view! { <Document frame facts/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, facts: Facts) -> impl IntoView {
    let act = facts.act.clone();
    let title = bulk::deed(act.deed);
    // While it is under way, the page looks again by itself.
    let is_under_way = matches!(act.stage, BulkStage::Gathering | BulkStage::Running);
    let has_keys = !is_under_way && !facts.items.is_empty();
    let state = match act.stage {
        BulkStage::Gathering | BulkStage::Running => {
            view! { <UnderWay facts=facts.clone()/> }.into_any()
        }
        BulkStage::Ready => view! { <Preview facts=facts.clone()/> }.into_any(),
        BulkStage::Finished | BulkStage::GivenUp | BulkStage::TooMany | BulkStage::Stopped => {
            view! { <Report facts=facts.clone()/> }.into_any()
        }
    };
    view! {
        <DeskPage title here=ROOM frame>
            <div class="desk-head">
                <h1>{title}</h1>
                <p class="fine">
                    {bulk::stage(act.stage)} " · prepared by " {act.by} " " <When moment=act.at/>
                </p>
            </div>
            <DoneNote/>
            <FormNote/>
            {facts.list.as_deref().map(|query| view! { <About query=query.to_owned()/> })}
            {facts.reason.clone().map(|reason| view! { <p>"Reason: " {reason}</p> })}
            {facts.until.clone().map(|until| view! { <p>"Suspended until " {until} "."</p> })}
            {state}
            {facts
                .undoes
                .clone()
                .map(|id| {
                    view! {
                        <p>
                            <a class="alone" href=format!("{ROOM}/{id}")>
                                "The decision that this one undoes"
                            </a>
                        </p>
                    }
                })}
            <Items facts/>
            {has_keys.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

/// The list that it was begun from.
#[component]
fn About(query: String) -> impl IntoView {
    let listing = Listing::read(&query);
    let parts: Vec<String> = listing.parts().iter().map(links::part).collect();
    let says = if parts.is_empty() {
        "All connected links".to_owned()
    } else {
        format!("All links with: {}", parts.join(", "))
    };
    view! {
        <p>
            {says} ". " <a class="alone" href=listing.path()>
                "See the list"
            </a>
        </p>
    }
}

/// How far it is, kept up to date.
#[component]
fn UnderWay(facts: Facts) -> impl IntoView {
    let settled = facts.done + facts.left_alone();
    let total = settled + facts.waiting;
    let is_running = facts.act.stage == BulkStage::Running;
    let says = if is_running {
        format!("{settled} of {total} so far.")
    } else {
        format!("{total} gathered so far.")
    };
    view! {
        <IslandScripts/>
        <ProgressWatch>
            <div id=PROGRESS data-under-way>
                <p>{says}</p>
                {is_running
                    .then(|| {
                        view! {
                            <progress
                                class="progress"
                                max=total.to_string()
                                value=settled.to_string()
                                aria-label="Done so far"
                            ></progress>
                        }
                    })}
            </div>
        </ProgressWatch>
        <p class="fine">
            "This goes on by itself, also when you leave this page or the server is started again."
        </p>
        <p class="actions">
            <a class="button button-quiet" href=format!("{ROOM}/{}", facts.act.id)>
                "See how far it is"
            </a>
            {facts
                .may_stop
                .then(|| {
                    view! {
                        <GiveUp says=if is_running { "Stop here" } else { "Don’t do it" }/>
                    }
                })}
        </p>
        {facts.may_stop.then(|| view! { <Cancel id=facts.act.id.clone()/> })}
    }
}

/// What would happen, and the question whether it should.
#[component]
fn Preview(facts: Facts) -> impl IntoView {
    let deed = facts.act.deed;
    let id = facts.act.id.clone();
    let question = match (facts.waiting, facts.confirming) {
        (0, _) => view! {
            <p>"There is nothing left to do. Nothing was changed."</p>
            <p class="actions">
                <a class="button button-quiet" href=LIST>
                    "Back to the links"
                </a>
            </p>
        }
        .into_any(),
        (_, Confirming::Others) => {
            let give_up = facts.may_stop.then(|| {
                view! {
                    <p class="actions">
                        <GiveUp says="Don’t let it be done"/>
                    </p>
                }
            });
            view! {
                <p>"Only whoever prepared this can say yes to it."</p>
                {give_up}
            }
            .into_any()
        }
        (_, Confirming::NotFresh) => view! {
            <p class="actions">
                <a class="button" href=query::confirm_link(&format!("{ROOM}/{id}"))>
                    "Confirm that it’s you"
                </a>
                <GiveUp says="Don’t do it"/>
            </p>
            <p class="fine">"That counts for 5 minutes. Then you can say yes here."</p>
        }
        .into_any(),
        (count, Confirming::Open) => view! { <Question id=id.clone() deed count/> }.into_any(),
    };
    view! {
        <section>
            <h2>"What will happen"</h2>
            <Counts facts=facts.clone() is_over=false/>
            <p>{bulk::consequences(deed)}</p>
            <p>{bulk::undoing(deed)}</p>
            {question}
            {facts.may_stop.then(|| view! { <Cancel id/> })}
        </section>
    }
}

#[component]
fn Question(id: String, deed: Deed, count: u64) -> impl IntoView {
    view! {
        <form class="form" method="post" action=ConfirmBulk::PATH>
            <input type="hidden" name="bulk" value=id/>
            {deed
                .asks_why()
                .then(|| {
                    view! {
                        <div class="field">
                            <label for="reason">"Why"</label>
                            <textarea id="reason" name="reason" rows="3" maxlength="500" required></textarea>
                            <p class="fine">"The record keeps it. The people don’t see it."</p>
                        </div>
                    }
                })}
            {(deed == Deed::Suspend)
                .then(|| {
                    view! {
                        <div class="field">
                            <label for="until">"Until, if they open again by themselves"</label>
                            <input id="until" name="until" type="date"/>
                        </div>
                    }
                })}
            <p class="actions">
                <button class="button">{format!("{} ({count})", bulk::deed(deed))}</button>
                <GiveUp says="Don’t do it"/>
            </p>
        </form>
    }
}

#[component]
fn Cancel(id: String) -> impl IntoView {
    view! {
        <form id=CANCEL method="post" action=CancelBulk::PATH>
            <input type="hidden" name="bulk" value=id/>
        </form>
    }
}

/// The button of the form that gives it up, beside those that go on with it.
#[component]
fn GiveUp(says: &'static str) -> impl IntoView {
    view! {
        <button class="button button-quiet" form=CANCEL>
            {says}
        </button>
    }
}

/// What became of it.
#[component]
fn Report(facts: Facts) -> impl IntoView {
    let id = facts.act.id.clone();
    let undo = facts.undo_until.clone().map(|until| {
        view! {
            <form method="post" action=UndoBulk::PATH>
                <input type="hidden" name="bulk" value=id/>
                <button class="button button-quiet">"Undo all of it"</button>
                <span class="fine">" Until " {until} ". You see first what will happen."</span>
            </form>
        }
    });
    let undone = facts.undone_by.clone().map(|id| {
        view! {
            <p>
                <a class="alone" href=format!("{ROOM}/{id}")>
                    "This was undone, or is about to be"
                </a>
            </p>
        }
    });
    view! {
        <section>
            <h2>"What became of it"</h2>
            <Counts facts is_over=true/>
            {undo}
            {undone}
        </section>
    }
}
