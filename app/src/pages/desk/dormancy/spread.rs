//! For how long accounts have been unused, as a table whose numbers are drawn as bars.

use leptos::prelude::*;

use crate::{
    wire::desk::dormancy::{Spread, SpreadGroup},
    words::grouped,
};

/// How long a bar is at most, in units of its drawing.
const LONGEST: u64 = 1000;

/// The bars: a row a group. What is drawn stands beside it in numbers, so the drawing is nothing to be
/// heard.
#[component]
pub fn Bars(
    /// What is drawn.
    spread: Spread,
    /// After how many days an account is closed under the rule that is looked at.
    days: u16,
) -> impl IntoView {
    let Spread { groups, is_sample } = spread;
    let most = groups.iter().map(|group| group.count).max().unwrap_or(0);
    let all: u64 = groups.iter().map(|group| group.count).sum();
    if all == 0 {
        return view! { <p class="absent">"No account is in use yet."</p> }.into_any();
    }
    let about = if is_sample {
        format!(
            "Days since accounts were last used. Reckoned from a sample: there are about {} accounts in use.",
            grouped(all)
        )
    } else {
        format!(
            "Days since accounts were last used, of {} in use.",
            grouped(all)
        )
    };
    view! {
        <table class="spread">
            <caption>{about}</caption>
            <thead class="unseen">
                <tr>
                    <th scope="col">"Days unused"</th>
                    <th scope="col">"Accounts"</th>
                </tr>
            </thead>
            <tbody>
                {groups
                    .into_iter()
                    .map(|group| view! { <Bar group most is_sample days/> })
                    .collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Bar(group: SpreadGroup, most: u64, is_sample: bool, days: u16) -> impl IntoView {
    let SpreadGroup {
        from_days,
        to_days,
        count,
        is_over,
    } = group;
    let label = match to_days {
        Some(to_days) if from_days == 0 => format!("under {to_days} days"),
        Some(to_days) => format!("{from_days} to {} days", to_days - 1),
        None => format!("{from_days} days or longer"),
    };
    // The least that is there is seen.
    let length = (count * LONGEST).div_ceil(most.max(1));
    let shown = if is_sample && count > 0 {
        format!("about {}", grouped(count))
    } else {
        grouped(count)
    };
    let is_mixed = !is_over && to_days.is_none_or(|to_days| to_days > days);
    let note = match (is_over, is_mixed) {
        (true, _) => Some("over"),
        (_, true) => Some("partly over"),
        _ => None,
    };
    view! {
        <tr class:is-over=is_over>
            <th scope="row">{label}</th>
            <td>
                <svg
                    viewBox=format!("0 0 {LONGEST} 10")
                    preserveAspectRatio="none"
                    aria-hidden="true"
                    focusable="false"
                >
                    <rect class="spread-room" width=LONGEST height="10"></rect>
                    <rect class="spread-bar" width=length height="10"></rect>
                </svg>
                <span class="spread-count">
                    {shown} {note.map(|note| view! { <span class="fine">{format!(" {note}")}</span> })}
                </span>
            </td>
        </tr>
    }
}
