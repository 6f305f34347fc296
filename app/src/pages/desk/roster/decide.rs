//! `/admin/roster/decide`: what a decision about differences would do, and the form that makes it.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    HERE,
    differences::{Listing, Table, skipped},
    in_room,
};
use crate::{
    api::DecideRoster,
    backend::desk::RosterChoice,
    components::FormNote,
    gate,
    pages::desk::{
        DeskPage,
        pieces::{ConfirmFirst, ReasonField},
    },
    query,
    wire::{
        FormProblem,
        desk::{
            Frame,
            dormancy::Hand,
            roster::{Difference, DifferenceKind, Obstacle, RosterDecision, RosterVerdict},
        },
    },
    words::{counted, roster as say},
};

/// What the page says at the field rather than above, or by the button to confirm.
const AT_FIELD: &[FormProblem] = &[
    FormProblem::ReasonMissing,
    FormProblem::TooLong,
    FormProblem::ConfirmFirst,
];

/// Asks before differences are carried out, or left as they are.
#[component]
pub fn RosterDecidePage() -> impl IntoView {
    let visitor = match gate::deciding_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let verdict = query::parameter("decision")
        .and_then(|code| RosterVerdict::from_code(&code))
        .unwrap_or(RosterVerdict::CarryOut);
    let all = query::parameter("all").and_then(|code| DifferenceKind::from_code(&code));
    let choice = RosterChoice {
        differences: query::parameters("difference"),
        all,
    };
    Suspend::new(async move {
        let finding = async { visitor.backend.roster_decision(choice).await.map(Some) };
        in_room(&visitor, finding, |decision, frame| {
            view! { <Document frame decision verdict all/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Document(
    frame: Frame,
    decision: RosterDecision,
    verdict: RosterVerdict,
    all: Option<DifferenceKind>,
) -> impl IntoView {
    let RosterDecision {
        differences,
        left_over,
        hand,
    } = decision;
    let ids: Vec<String> = differences.iter().map(|each| each.id.clone()).collect();
    let doable: Vec<String> = differences
        .iter()
        .filter(|difference| skipped(difference, verdict).is_none())
        .map(|difference| difference.id.clone())
        .collect();
    let first = differences.first().map(|each| each.firm.clone());
    let has_several = differences
        .iter()
        .any(|each| Some(&each.firm) != first.as_ref());
    let question = if ids.is_empty() {
        view! { <p>"Nothing was chosen that waits. Go back, and tick what it is about."</p> }
            .into_any()
    } else {
        let form = if doable.is_empty() {
            view! { <p>"Nothing can be done about it as things stand."</p> }.into_any()
        } else if hand == Hand::Decides {
            view! { <Form ids=doable verdict/> }.into_any()
        } else {
            view! { <ConfirmFirst href=query::confirm_link(&comes_back_to(&ids, verdict, all))/> }
                .into_any()
        };
        view! {
            <Counts differences=differences.clone() verdict left_over/>
            <Table differences listing=Listing::Decision(verdict) has_several/>
            <p>{consequence(verdict)}</p>
            {form}
            <Instead ids verdict/>
        }
        .into_any()
    };
    let title = say::verdict(verdict);
    let heading = match verdict {
        RosterVerdict::CarryOut => "Carry out what differs",
        RosterVerdict::Leave => "Leave as it is",
    };
    view! {
        <DeskPage title here=HERE frame>
            <h1>{heading}</h1>
            <FormNote but=AT_FIELD/>
            {question}
            <p>
                <a class="alone" href=HERE>
                    "Back to the roster"
                </a>
            </p>
        </DeskPage>
    }
}

/// Where whoever has shown that it's them comes back to: this page, unless its address is too long.
fn comes_back_to(ids: &[String], verdict: RosterVerdict, all: Option<DifferenceKind>) -> String {
    let page = match all {
        Some(kind) => query::link(
            "/admin/roster/decide",
            &[("decision", verdict.code()), ("all", kind.code())],
        ),
        None => query::roster_decision(ids, verdict),
    };
    if query::is_local_path(&page) {
        page
    } else {
        HERE.to_owned()
    }
}

/// What it means, as a sentence.
const fn consequence(verdict: RosterVerdict) -> &'static str {
    match verdict {
        RosterVerdict::CarryOut => {
            "It is carried out at once. What becomes of access and of names can be undone one by one for 14 days, from the read that found it; an invitation is withdrawn where the invitations are, and a question is decided in the queue."
        }
        RosterVerdict::Leave => {
            "Nothing changes here or in Clio. The same difference isn’t shown again; another one about the same person is."
        }
    }
}

/// How many it is about, and how many are left alone, by why.
#[component]
fn Counts(differences: Vec<Difference>, verdict: RosterVerdict, left_over: u64) -> impl IntoView {
    let skips: Vec<Obstacle> = differences
        .iter()
        .filter_map(|difference| skipped(difference, verdict))
        .collect();
    let done = differences.len() - skips.len();
    let says = match verdict {
        RosterVerdict::CarryOut => " will be carried out",
        RosterVerdict::Leave => " will be left as it is",
    };
    let reasons = Obstacle::ALL
        .into_iter()
        .filter_map(|obstacle| {
            let count = skips.iter().filter(|each| **each == obstacle).count();
            (count > 0).then(|| view! { <li>{count} " because " {say::obstacle(obstacle)}</li> })
        })
        .collect_view();
    view! {
        <ul class="counts">
            <li>
                <strong>{done}</strong>
                {says}
            </li>
            {(!skips.is_empty())
                .then(|| {
                    view! {
                        <li>
                            <strong>{skips.len()}</strong>
                            " left alone:"
                            <ul>{reasons}</ul>
                        </li>
                    }
                })}
            {(left_over > 0)
                .then(|| {
                    view! {
                        <li>
                            {counted(left_over, "more waits", "more wait")}
                            {format!(
                                ": one decision takes {} at most. Begin another one afterwards.",
                                RosterDecision::MOST,
                            )}
                        </li>
                    }
                })}
        </ul>
    }
}

#[component]
fn Form(ids: Vec<String>, verdict: RosterVerdict) -> impl IntoView {
    let count = ids.len();
    view! {
        <form class="form" method="post" action=DecideRoster::PATH>
            <input type="hidden" name="difference" value=ids.join(",")/>
            <input type="hidden" name="decision" value=verdict.code()/>
            <ReasonField required=true/>
            <p class="actions">
                <button class="button">{format!("{} ({count})", say::verdict(verdict))}</button>
            </p>
        </form>
    }
}

/// The other decision about the same.
#[component]
fn Instead(ids: Vec<String>, verdict: RosterVerdict) -> impl IntoView {
    let (other, says) = match verdict {
        RosterVerdict::CarryOut => (RosterVerdict::Leave, "Leave as it is instead"),
        RosterVerdict::Leave => (RosterVerdict::CarryOut, "Carry it out instead"),
    };
    view! {
        <p>
            <a class="alone" href=query::roster_decision(&ids, other)>
                {says}
            </a>
        </p>
    }
}
