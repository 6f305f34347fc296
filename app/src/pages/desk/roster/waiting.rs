//! What waits for a decision, by kind.

use leptos::prelude::*;

use super::{
    HERE,
    differences::{Listing, Table, form_of},
    pieces::Pager,
};
use crate::{
    query,
    wire::desk::{
        dormancy::Hand,
        roster::{DifferenceKind, Firm, Group, RosterDecision, RosterVerdict, TooMany},
    },
    words::{counted, grouped, roster as say},
};

/// Where a decision is previewed.
const DECIDE: &str = "/admin/roster/decide";

/// How long the drawn bar is, in units of its drawing.
const LONGEST: u64 = 1000;

/// Of each firm whose last read would have suspended more than its rule allows: how many of how many.
#[component]
pub(super) fn TooManyNotes(firms: Vec<Firm>) -> impl IntoView {
    firms
        .into_iter()
        .filter_map(|firm| {
            let too_many = firm.too_many?;
            Some(view! { <TooManyNote name=firm.name too_many/> })
        })
        .collect_view()
}

#[component]
fn TooManyNote(name: String, too_many: TooMany) -> impl IntoView {
    let TooMany {
        leavers,
        accounts,
        threshold,
    } = too_many;
    let all = accounts.max(1);
    let length = (leavers.min(all) * LONGEST).div_ceil(all);
    let allowed = all * u64::from(threshold) / 100;
    let mark = u64::from(threshold) * LONGEST / 100;
    view! {
        <section class="note">
            <h2 class="address">{name} ": more people would lose access than the rule allows"</h2>
            <p>
                {format!(
                    "{} of {} would be suspended at once. The rule allows {threshold} %, which is {}.",
                    grouped(leavers),
                    counted(accounts, "account", "accounts"),
                    grouped(allowed),
                )}
            </p>
            <svg
                class="threshold"
                viewBox=format!("0 0 {LONGEST} 14")
                preserveAspectRatio="none"
                aria-hidden="true"
                focusable="false"
            >
                <rect class="threshold-room" y="3" width=LONGEST height="8"></rect>
                <rect class="threshold-bar" y="3" width=length height="8"></rect>
                <path class="threshold-mark" d=format!("M{mark} 0v14")></path>
            </svg>
            <p>
                "Nobody was suspended. Look first whether the list in Clio can be right; then decide below."
            </p>
        </section>
    }
}

/// What waits.
#[component]
pub(super) fn Waiting(
    groups: Vec<Group>,
    /// The only kind that is shown.
    kind: Option<DifferenceKind>,
    hand: Hand,
    has_several: bool,
    /// Whether anything was read so far.
    has_read: bool,
) -> impl IntoView {
    let nothing = groups.is_empty().then(|| {
        let says = match (kind, has_read) {
            (Some(_), _) => "Nothing of this kind waits.",
            (None, true) => "Nothing waits: what Clio says and the accounts here agree.",
            (None, false) => "Nothing was read to its end yet, so nothing waits.",
        };
        view! { <p class="absent">{says}</p> }
    });
    let all = kind.map(|_| {
        view! {
            <p>
                <a class="alone" href=HERE>
                    "See all that waits"
                </a>
            </p>
        }
    });
    view! {
        <section id="waiting">
            <h2>"What waits for a decision"</h2>
            {all}
            {nothing}
            {groups
                .into_iter()
                .map(|group| view! { <OneGroup group is_alone=kind.is_some() hand has_several/> })
                .collect_view()}
        </section>
    }
}

#[component]
fn OneGroup(group: Group, is_alone: bool, hand: Hand, has_several: bool) -> impl IntoView {
    let Group {
        kind,
        count,
        differences,
        next,
        is_later,
    } = group;
    let of_kind =
        |more: &[(&str, &str)]| query::link(HERE, &[&[("kind", kind.code())], more].concat());
    // Among others, only the beginning is shown; alone, it is turned page by page.
    let (first, next, says) = match (is_alone, next) {
        (false, Some(_)) => (None, Some(of_kind(&[])), "See all of these"),
        (false, None) => (None, None, ""),
        (true, next) => (
            is_later.then(|| of_kind(&[])),
            next.map(|after| of_kind(&[("after", &after)])),
            "Next",
        ),
    };
    let together = hand.may_decide().then(|| view! { <Together kind count/> });
    let ticks = hand.may_decide().then_some(kind);
    view! {
        <div class="roster-group">
            <h3>{say::kind(kind)} " " <span class="chip-count">{grouped(count)}</span></h3>
            <p class="fine">{say::about(kind)}</p>
            {together}
            <Table differences listing=Listing::Waiting(ticks) has_several/>
            <Pager about="More of these" first next says/>
        </div>
    }
}

/// A decision to choose, for what is ticked or for all of the kind; its preview comes next.
#[component]
fn Together(kind: DifferenceKind, count: u64) -> impl IntoView {
    let field = format!("decision-{}", kind.code());
    let all = match count {
        1 => "The one here".to_owned(),
        some if some <= RosterDecision::MOST as u64 => format!("All {some}"),
        _ => format!("The oldest {}", RosterDecision::MOST),
    };
    view! {
        <form id=form_of(kind) class="together" method="get" action=DECIDE>
            <label for=field.clone()>
                "Preview" <span class="unseen">{format!(": {}", say::kind(kind))}</span>
            </label>
            <select id=field name="decision">
                <option value=RosterVerdict::CarryOut.code()>{say::carry_out(kind)}</option>
                <option value=RosterVerdict::Leave.code()>{say::verdict(RosterVerdict::Leave)}</option>
            </select>
            <span class="fine">"for"</span>
            <button class="button button-quiet">"The ticked"</button>
            <button class="button button-quiet" name="all" value=kind.code()>
                {all}
            </button>
        </form>
    }
}
