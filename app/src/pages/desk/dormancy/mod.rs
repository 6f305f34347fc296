//! `/admin/dormancy`: accounts that nobody uses, and what becomes of them.

mod exempt;
mod people;
mod rule;
mod spread;

use leptos::prelude::*;

use self::{
    people::{Closed, Concerned, Exempt},
    rule::{InForce, PutInForce, Try},
    spread::Bars,
};
use super::{DeskPage, keys::Keys};
use crate::{
    backend::desk::DormancyView,
    components::{DoneNote, FormNote},
    gate, query,
    wire::{
        FormProblem,
        desk::{
            Frame,
            dormancy::{Counted, Dormancy},
        },
    },
    words::{counted, grouped},
};

pub use self::exempt::ExemptPage;

pub(super) const HERE: &str = "/admin/dormancy";

/// What is said at the fields rather than above them.
const AT_FIELDS: &[FormProblem] = &[FormProblem::BadDays, FormProblem::ReasonMissing];

/// The rule, what it does or another one would do, who is exempt, and who was closed lately.
#[component]
pub fn DormancyPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let view = DormancyView {
        rule: tried(),
        after: query::parameter("after"),
    };
    Suspend::new(async move {
        let page = async {
            let frame = visitor.backend.frame().await?;
            Ok((frame, visitor.backend.dormancy(view).await?))
        };
        match page.await {
            Ok((frame, dormancy)) => view! { <Document frame dormancy/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

/// The days of the rule that the page is asked for, either from the fields or in one.
fn tried() -> Option<Vec<String>> {
    if let Some(rule) = query::parameter("rule") {
        return Some(rule.split(',').map(ToOwned::to_owned).collect());
    }
    let days = query::parameter("days")?;
    let reminders = ["first", "second", "third"];
    let reminders = reminders.map(|name| query::parameter(name).unwrap_or_default());
    Some(std::iter::once(days).chain(reminders).collect())
}

#[component]
fn Document(frame: Frame, dormancy: Dormancy) -> impl IntoView {
    let days = dormancy.looked_at.close_after;
    let has_rows = !dormancy.concerned.accounts.is_empty();
    let heading = if dormancy.is_in_force {
        "Whom the rule concerns".to_owned()
    } else {
        format!("Whom {days} days would concern")
    };
    view! {
        <DeskPage title="Dormancy" here=HERE frame>
            <h1>"Dormancy"</h1>
            <p class="lead">
                "Accounts that nobody uses can be closed by themselves. Their people are told before, nothing is lost, and an administrator can open them again."
            </p>
            <DoneNote/>
            <FormNote but=AT_FIELDS/>
            <InForce dormancy=dormancy.clone()/>
            <Try rule=dormancy.looked_at.clone() is_no_rule=dormancy.is_no_rule/>
            <section>
                <h2>{heading}</h2>
                <Figures dormancy=dormancy.clone()/>
                <Bars spread=dormancy.spread.clone() days/>
                <Concerned dormancy=dormancy.clone()/>
            </section>
            <PutInForce dormancy=dormancy.clone()/>
            <Exempt exemptions=dormancy.exemptions hand=dormancy.hand/>
            <Closed closures=dormancy.closures/>
            {has_rows.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

/// How many accounts it is about.
#[component]
fn Figures(dormancy: Dormancy) -> impl IntoView {
    let days = dormancy.looked_at.close_after;
    let when = if dormancy.is_in_force {
        "Each is closed on the day that its person was told."
    } else {
        "Nobody is closed earlier than 14 days after a rule is put in force, and nobody who wasn’t told."
    };
    let not_before = (!dormancy.is_in_force).then(|| {
        view! {
            " In force from today, it would close nobody before "
            <strong>{dormancy.not_before}</strong> "."
        }
    });
    view! {
        <dl class="figures">
            <div>
                <dt>{format!("Unused for {days} days or longer")}</dt>
                <dd>{in_words(dormancy.over)}</dd>
            </div>
            <div>
                <dt>"More of them within 14 days"</dt>
                <dd>{in_words(dormancy.soon)}</dd>
            </div>
            <div>
                <dt>"Reminded by mail within 14 days"</dt>
                <dd>{in_words(dormancy.told)}</dd>
            </div>
        </dl>
        <p class="fine">
            {when} {not_before}
            " Whoever signs in before that stays. Exempt accounts and the last owner who can get in aren’t counted."
        </p>
    }
}

fn in_words(count: Counted) -> String {
    match count {
        Counted::Exactly(count) => grouped(u64::from(count)),
        Counted::MoreThan(count) => format!("more than {}", grouped(u64::from(count))),
    }
}

/// "1 day", "14 days".
fn days_in_words(days: u32) -> String {
    counted(days, "day", "days")
}
