//! Differences, a row each: those that wait, those that a decision is about, those that a read found.

use leptos::{prelude::*, server_fn::ServerFn};

use super::pieces::{AccountHere, Differs, Doer, Person};
use crate::{
    api::UndoAtDesk,
    components::When,
    wire::{
        Moment,
        desk::roster::{
            Became, Difference, DifferenceKind, Obstacle, RosterDoer, RosterUndo, RosterVerdict,
            Why,
        },
    },
    words::roster as say,
};

/// What a list of differences is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// They wait: with boxes to tick where there is a kind, which belong to [its form](form_of).
    Waiting(Option<DifferenceKind>),
    /// What a decision about them would do.
    Decision(RosterVerdict),
    /// What became of them; and whether it may be undone.
    Read {
        /// Whether whoever looks may undo.
        may_undo: bool,
    },
}

/// The `id` of the form that the boxes of a kind belong to.
pub(super) fn form_of(kind: DifferenceKind) -> String {
    format!("together-{}", kind.code())
}

/// Why carrying out, or leaving, would leave this one alone.
pub(super) fn skipped(difference: &Difference, verdict: RosterVerdict) -> Option<Obstacle> {
    difference
        .obstacle
        .filter(|obstacle| verdict == RosterVerdict::CarryOut || *obstacle == Obstacle::Decided)
}

/// A row for each difference.
#[component]
pub(super) fn Table(
    differences: Vec<Difference>,
    listing: Listing,
    /// Whether there are several firms, so that each row says of which.
    has_several: bool,
) -> impl IntoView {
    let last = match listing {
        Listing::Waiting(_) => "If carried out",
        Listing::Decision(_) => "What would happen",
        Listing::Read { .. } => "What became of it",
    };
    let has_ticks = matches!(listing, Listing::Waiting(Some(_)));
    view! {
        <table class="table roster-table">
            <thead>
                <tr>
                    {has_ticks
                        .then(|| {
                            view! {
                                <th scope="col" class="row-tick">
                                    <span class="unseen">"Ticked"</span>
                                </th>
                            }
                        })}
                    <th scope="col">"Person in Clio"</th>
                    <th scope="col">"What differs"</th>
                    <th scope="col">"Account here"</th>
                    <th scope="col" class="number">"Since"</th>
                    <th scope="col">{last}</th>
                </tr>
            </thead>
            <tbody>
                {differences
                    .into_iter()
                    .map(|difference| {
                        view! { <Row difference listing last has_several/> }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(
    difference: Difference,
    listing: Listing,
    last: &'static str,
    has_several: bool,
) -> impl IntoView {
    let outcome = match listing {
        Listing::Waiting(_) => view! { <Waits difference=difference.clone()/> }.into_any(),
        Listing::Decision(verdict) => {
            view! { <Would difference=difference.clone() verdict/> }.into_any()
        }
        Listing::Read { may_undo } => {
            view! { <What difference=difference.clone() may_undo/> }.into_any()
        }
    };
    let Difference {
        id,
        what,
        firm,
        name,
        email,
        account,
        since,
        ..
    } = difference;
    let tick = match listing {
        Listing::Waiting(Some(kind)) => {
            let whose = format!("Tick {name}");
            Some(view! {
                <td class="row-tick">
                    <label>
                        <input type="checkbox" name="difference" value=id form=form_of(kind)/>
                        <span class="unseen">{whose}</span>
                    </label>
                </td>
            })
        }
        _ => None,
    };
    view! {
        <tr data-row>
            {tick}
            <th scope="row">
                <Person name email firm=has_several.then_some(firm)/>
            </th>
            <td data-label="What differs">
                <Differs what/>
            </td>
            <td data-label="Account here">
                <AccountHere account/>
            </td>
            <td data-label="Since" class="number">
                <When moment=since/>
            </td>
            <td data-label=last>{outcome}</td>
        </tr>
    }
}

/// What carrying out would do, and why it waits.
#[component]
fn Waits(difference: Difference) -> impl IntoView {
    let why = match difference.became {
        Became::Waits(why) => Some(why),
        _ => None,
    };
    view! {
        <div>
            {would(&difference)}
            {why.map(|why| view! { <span class="second">{say::why(why)} "."</span> })}
        </div>
    }
}

fn would(difference: &Difference) -> String {
    match difference.obstacle {
        None => {
            let status = difference.account.as_ref().map(|account| account.status);
            let says = say::would_happen(difference.what.kind(), status);
            format!("{says}.")
        }
        Some(obstacle) => left_alone(obstacle),
    }
}

fn left_alone(obstacle: Obstacle) -> String {
    format!("Left alone: {}.", say::obstacle(obstacle))
}

/// What a decision would do.
#[component]
fn Would(difference: Difference, verdict: RosterVerdict) -> impl IntoView {
    match (skipped(&difference, verdict), verdict) {
        (Some(obstacle), _) => {
            view! { <span class="caution">{left_alone(obstacle)}</span> }.into_any()
        }
        (None, RosterVerdict::CarryOut) => would(&difference).into_any(),
        (None, RosterVerdict::Leave) => "Nothing changes, and it no longer waits.".into_any(),
    }
}

/// What became of it.
#[component]
fn What(difference: Difference, may_undo: bool) -> impl IntoView {
    let Difference {
        name,
        became,
        obstacle,
        ..
    } = difference;
    match became {
        Became::Waits(why) => view! { <StillWaits why obstacle/> }.into_any(),
        Became::CarriedOut {
            by,
            at,
            reason,
            undo,
        } => {
            let undo = undo
                .filter(|_| may_undo)
                .map(|undo| view! { <Undo undo name/> });
            view! {
                <div>
                    <span class="badge badge-good">"Carried out"</span>
                    " "
                    <By by nobody="by itself" at/>
                    {reason.map(|reason| view! { <blockquote class="remark">{reason}</blockquote> })}
                    {undo}
                </div>
            }
            .into_any()
        }
        Became::Left { by, at, reason } => view! {
            <div>
                <span class="badge badge-off">"Left as it is"</span>
                " "
                <By by=Some(by) nobody="" at/>
                <blockquote class="remark">{reason}</blockquote>
            </div>
        }
        .into_any(),
        Became::Undone { by, at } => view! {
            <div>
                <span class="badge badge-off">"Undone"</span>
                " "
                <By by nobody="" at/>
            </div>
        }
        .into_any(),
        Became::Settled { at } => view! {
            <div>
                <span class="badge badge-off">"Settled"</span>
                " "
                <span class="fine">"before anybody decided, " <When moment=at/></span>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn StillWaits(why: Why, obstacle: Option<Obstacle>) -> impl IntoView {
    view! {
        <div>
            <span class="badge badge-caution">"Waits"</span>
            <span class="second">{say::why(why)} "."</span>
            {obstacle
                .map(|obstacle| view! { <span class="second">{left_alone(obstacle)}</span> })}
        </div>
    }
}

/// Who did it, and when.
#[component]
fn By(by: Option<RosterDoer>, nobody: &'static str, at: Moment) -> impl IntoView {
    let by = match by {
        Some(doer) => view! { "by " <Doer doer/> }.into_any(),
        None => nobody.into_any(),
    };
    view! {
        <span class="fine">{by} " " <When moment=at/></span>
    }
}

#[component]
fn Undo(undo: RosterUndo, name: String) -> impl IntoView {
    view! {
        <form class="roster-undo" method="post" action=UndoAtDesk::PATH>
            <input type="hidden" name="event" value=undo.event/>
            <button class="link-button">
                "Undo" <span class="unseen">{format!(" what was done about {name}")}</span>
            </button>
            <span class="fine">{format!(" possible until {}", undo.until)}</span>
        </form>
    }
}
