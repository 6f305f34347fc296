//! `/admin/bulk/{id}`: what one decision about many would do, is doing, or did.

use leptos::{prelude::*, server_fn::ServerFn};

use super::DeskPage;
use crate::{
    api::{CancelBulk, ConfirmBulk, UndoBulk},
    components::{DoneNote, FormNote, IslandScripts, When},
    gate,
    islands::{PROGRESS, ProgressWatch},
    pages::NotFound,
    query,
    wire::desk::{BulkItem, BulkPage as Facts, BulkStage, Deed, Frame, links::Listing},
    words::{bulk, links},
};

const ROOM: &str = "/admin/bulk";

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
        let frame = visitor.backend.frame().await;
        match (frame, visitor.backend.bulk(id, after).await) {
            (Ok(frame), Ok(Some(facts))) => view! { <Document frame facts/> }.into_any(),
            (Ok(_), Ok(None)) => view! { <NotFound/> }.into_any(),
            (Err(failure), _) | (_, Err(failure)) => gate::failed(failure, &here),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, facts: Facts) -> impl IntoView {
    let act = facts.act.clone();
    let title = bulk::deed(act.deed);
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
                <p class="muted">
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
        </p>
        {facts.is_own.then(|| view! { <Cancel id=facts.act.id.clone() is_running/> })}
    }
}

/// What would happen, and the question whether it should.
#[component]
fn Preview(facts: Facts) -> impl IntoView {
    let deed = facts.act.deed;
    let id = facts.act.id.clone();
    let question = match (facts.waiting, facts.is_own, facts.is_fresh) {
        (0, _, _) => {
            view! { <p>"There is nothing left to do. Nothing was changed."</p> }.into_any()
        }
        (_, false, _) => {
            view! { <p>"Only whoever prepared this can say yes to it."</p> }.into_any()
        }
        (_, true, false) => view! {
            <p class="actions">
                <a class="button" href=query::confirm_link(&format!("{ROOM}/{id}"))>
                    "Confirm that it’s you"
                </a>
            </p>
            <p class="fine">"That counts for 5 minutes. Then you can say yes here."</p>
        }
        .into_any(),
        (count, true, true) => view! { <Question id=id.clone() deed count/> }.into_any(),
    };
    view! {
        <section>
            <h2>"What will happen"</h2>
            <Counts facts=facts.clone() is_over=false/>
            <p>{bulk::consequences(deed)}</p>
            <p>{bulk::undoing(deed)}</p>
            {question}
            {facts.is_own.then(|| view! { <Cancel id is_running=false/> })}
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
                            <p class="hint">"The record keeps it. The people don’t see it."</p>
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
            </p>
        </form>
    }
}

#[component]
fn Cancel(id: String, is_running: bool) -> impl IntoView {
    let act = if is_running {
        "Stop here"
    } else {
        "Don’t do it"
    };
    view! {
        <form method="post" action=CancelBulk::PATH>
            <input type="hidden" name="bulk" value=id/>
            <button class="button button-quiet">{act}</button>
        </form>
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

/// How many are done or would be, and how many are left alone, by why.
#[component]
fn Counts(facts: Facts, is_over: bool) -> impl IntoView {
    let left_alone = facts.left_alone();
    let (count, says) = if is_over {
        (facts.done, "done")
    } else {
        (facts.waiting, "will be changed")
    };
    view! {
        <ul class="counts">
            <li>
                <strong>{count}</strong>
                " "
                {says}
            </li>
            {(is_over && facts.waiting > 0)
                .then(|| {
                    view! {
                        <li>
                            <strong>{facts.waiting}</strong>
                            " not begun"
                        </li>
                    }
                })}
            {(left_alone > 0)
                .then(|| {
                    view! {
                        <li>
                            <strong>{left_alone}</strong>
                            " left alone:"
                            <ul>
                                {facts
                                    .skipped
                                    .iter()
                                    .map(|(why, count)| {
                                        view! { <li>{*count} " because " {bulk::skip(*why)}</li> }
                                    })
                                    .collect_view()}
                            </ul>
                        </li>
                    }
                })}
        </ul>
    }
}

/// Each of them.
#[component]
fn Items(facts: Facts) -> impl IntoView {
    let here = format!("{ROOM}/{}", facts.act.id);
    let is_ahead = matches!(
        facts.act.stage,
        BulkStage::Gathering | BulkStage::Ready | BulkStage::GivenUp | BulkStage::TooMany
    );
    let pages = (facts.is_later_page || facts.next.is_some()).then(|| {
        let next = facts
            .next
            .as_ref()
            .map(|next| query::link(&here, &[("after", next)]));
        view! {
            <nav class="pages" aria-label="More of them">
                {facts
                    .is_later_page
                    .then(|| view! { <a class="alone" href=here.clone()>"The first"</a> })}
                {next.map(|next| view! { <a class="alone" href=next>"More"</a> })}
            </nav>
        }
    });
    (!facts.items.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Each of them"</h2>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Person"</th>
                            <th scope="col">"Clio e-mail"</th>
                            <th scope="col">{if is_ahead { "What would happen" } else { "What happened" }}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {facts
                            .items
                            .into_iter()
                            .map(|item| view! { <Item item is_ahead/> })
                            .collect_view()}
                    </tbody>
                </table>
                {pages}
            </section>
        }
    })
}

#[component]
fn Item(item: BulkItem, is_ahead: bool) -> impl IntoView {
    let outcome = match (item.skip, item.is_done, is_ahead) {
        (Some(why), ..) => format!("Left alone: {}", bulk::skip(why)),
        (None, true, _) => "Done".to_owned(),
        (None, false, true) => "Will be changed".to_owned(),
        (None, false, false) => "Not begun".to_owned(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=item.account>{item.name}</a>
                <span class="second">{item.email}</span>
            </th>
            <td data-label="Clio e-mail">{item.clio_email}</td>
            <td data-label=if is_ahead { "Would happen" } else { "Happened" }>{outcome}</td>
        </tr>
    }
}
