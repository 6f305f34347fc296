//! `/admin/roster`: the firm's people as Clio Manage says, and where accounts here differ.

mod connect;
mod decide;
mod differences;
mod disconnect;
mod firm;
mod people;
mod pieces;
mod read;
mod reads;
mod rule;
mod under_way;
mod waiting;

use leptos::prelude::*;

use self::{
    connect::{Another, Nobody},
    firm::{Firms, Troubles},
    reads::Reads,
    under_way::UnderWay,
    waiting::{TooManyNotes, Waiting},
};
use super::{DeskPage, keys::Keys};
use crate::{
    api::Failure,
    backend::desk::RosterView,
    components::{DoneNote, FormNote, ManageNote},
    gate::{self, Visitor},
    pages::NotFound,
    query,
    wire::desk::{
        Frame,
        roster::{DifferenceKind, FirmPage, Roster},
    },
    words::roster as say,
};

pub use self::{
    decide::RosterDecidePage, disconnect::RosterDisconnectPage, people::RosterPeoplePage,
    read::RosterReadPage, rule::RosterRulePage,
};

pub(super) const HERE: &str = "/admin/roster";

/// The firms, what waits, and what was read.
#[component]
pub fn RosterPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let kind = query::parameter("kind").and_then(|code| DifferenceKind::from_code(&code));
    let view = RosterView {
        kind,
        after: query::parameter("after").filter(|_| kind.is_some()),
        before: query::parameter("before"),
    };
    Suspend::new(async move {
        let finding = async { visitor.backend.roster(view).await.map(Some) };
        in_room(&visitor, finding, |roster, frame| {
            view! { <Document frame roster kind/> }.into_any()
        })
        .await
    })
    .into_any()
}

/// A page of the room, once the server has found what it is about. Without Clio Manage there is no such
/// room, and nothing is looked for.
async fn in_room<T>(
    visitor: &Visitor,
    finding: impl Future<Output = Result<Option<T>, Failure>>,
    page: impl FnOnce(T, Frame) -> AnyView,
) -> AnyView {
    let found = match visitor.backend.frame().await {
        Ok(frame) if frame.roster.is_some() => finding.await.map(|found| (found, frame)),
        Ok(frame) => Ok((None, frame)),
        Err(failure) => Err(failure),
    };
    match found {
        Ok((Some(found), frame)) => page(found, frame),
        Ok((None, _)) => view! { <NotFound/> }.into_any(),
        Err(failure) => gate::failed(failure, HERE),
    }
}

/// A page of the room about the firm that its address names, for those who decide.
fn about_firm(page: impl FnOnce(FirmPage, Frame) -> AnyView + Send + 'static) -> AnyView {
    let visitor = match gate::deciding_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let firm = query::parameter("firm").unwrap_or_default();
    Suspend::new(async move { in_room(&visitor, visitor.backend.roster_firm(firm), page).await })
        .into_any()
}

#[component]
fn Document(frame: Frame, roster: Roster, kind: Option<DifferenceKind>) -> impl IntoView {
    let Roster {
        regions,
        firms,
        waiting,
        reads,
        older_reads,
        hand,
    } = roster;
    let is_connected = !firms.is_empty();
    let has_several = firms.len() > 1;
    let is_under_way = firms.iter().any(|firm| firm.state.progress().is_some());
    // One island is awake at a time: while something is read, the page looks again by itself.
    let has_rows = !waiting.is_empty() || !reads.is_empty();
    let has_keys = has_rows && !is_under_way;
    let contents = if is_connected {
        view! {
            <UnderWay firms=firms.clone()/>
            <Troubles firms=firms.clone() hand/>
            <TooManyNotes firms=firms.clone()/>
            <Waiting groups=waiting kind hand has_several has_read=firms.iter().any(|firm| firm.last.is_some())/>
            <Firms firms hand/>
            <Reads reads older=older_reads has_several/>
            <Another regions hand/>
        }
        .into_any()
    } else {
        view! { <Nobody regions hand/> }.into_any()
    };
    view! {
        <DeskPage title="Roster" here=HERE frame>
            <div class="desk-head">
                <h1>"Roster"</h1>
                {is_connected
                    .then(|| {
                        view! {
                            <p class="actions">
                                <a class="button button-quiet" href=people::PEOPLE>
                                    "See all people"
                                </a>
                            </p>
                        }
                    })}
            </div>
            <p class="lead">
                "The people of the firm, as Clio says. They are read every night; where accounts here differ, you find it below."
            </p>
            <DoneNote says=say::done/>
            <FormNote/>
            <ManageNote/>
            {contents}
            {has_keys.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}
