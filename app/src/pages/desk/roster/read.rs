//! `/admin/roster/reads/{id}`: one read, what it found, and what became of each.

use leptos::prelude::*;

use super::{
    HERE,
    differences::{Listing, Table},
    in_room,
    pieces::Pager,
    reads::{AskedBy, Outcome, found},
};
use crate::{
    components::{DoneNote, FormNote},
    gate,
    pages::desk::{
        DeskPage,
        keys::Keys,
        pieces::{Fact, FactWhen},
    },
    query,
    wire::desk::{
        Frame,
        roster::{ReadLine, ReadOutcome, RosterRead, Trouble},
    },
    words::{counted, roster as say},
};

/// One read.
#[component]
pub fn RosterReadPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let (id, after) = (query::part_of_path("id"), query::parameter("after"));
    Suspend::new(async move {
        let finding = visitor.backend.roster_read(id, after);
        in_room(&visitor, finding, |page, frame| {
            view! { <Document frame page/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, page: RosterRead) -> impl IntoView {
    let RosterRead {
        read,
        differences,
        next,
        is_later,
        hand,
    } = page;
    let here = query::roster_read(&read.id);
    let next = next.map(|after| query::link(&here, &[("after", &after)]));
    let first = is_later.then(|| here.clone());
    let has_rows = !differences.is_empty();
    let listing = Listing::Read {
        may_undo: hand.may_decide(),
    };
    let contents = if has_rows {
        view! { <Table differences listing has_several=false/> }.into_any()
    } else {
        view! { <p class="absent">{nothing(&read.outcome)}</p> }.into_any()
    };
    view! {
        <DeskPage title="A read of the roster" here=HERE frame>
            <h1 class="address">"A read of " {read.firm.clone()}</h1>
            <DoneNote says=say::done/>
            <FormNote/>
            <Facts read/>
            <section>
                <h2>"What it found"</h2>
                {contents}
                <Pager about="More of what it found" first next/>
            </section>
            <p>
                <a class="alone" href=HERE>
                    "Back to the roster"
                </a>
            </p>
            {has_rows.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

/// Why there are no differences.
const fn nothing(outcome: &ReadOutcome) -> &'static str {
    match outcome {
        ReadOutcome::UnderWay => "What differs is found once everybody is read.",
        ReadOutcome::Whole => {
            "Nothing: what Clio said and the accounts here agreed, or it had been found before."
        }
        ReadOutcome::Failed(_) => "It didn’t get to its end, so nothing was concluded from it.",
    }
}

#[component]
fn Facts(read: ReadLine) -> impl IntoView {
    let ReadLine {
        began,
        took,
        by,
        people,
        outcome,
        counts,
        ..
    } = read;
    let what_to_do = match &outcome {
        ReadOutcome::Failed(Trouble::Stopped { .. }) => {
            Some("Nobody was suspended because of it.".to_owned())
        }
        ReadOutcome::Failed(trouble) => Some(format!(
            "Nobody was suspended because of it. {}",
            say::what_to_do(trouble)
        )),
        ReadOutcome::UnderWay | ReadOutcome::Whole => None,
    };
    view! {
        <dl class="facts">
            <FactWhen name="Began" moment=began/>
            {took.map(|took| view! { <Fact name="Took" value=took/> })}
            <div>
                <dt>"By"</dt>
                <dd>
                    <AskedBy by/>
                </dd>
            </div>
            <Fact name="Read" value=counted(people, "person", "people")/>
            <div>
                <dt>"Result"</dt>
                <dd>
                    <Outcome outcome/>
                    {what_to_do.map(|says| view! { <span class="fine line">{says}</span> })}
                </dd>
            </div>
            <Fact name="Found" value=found(&counts)/>
        </dl>
    }
}
