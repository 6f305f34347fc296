//! The accounts: those that are told or closed, those that are exempt, those that were closed.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{HERE, days_in_words};
use crate::{
    api::EndExemption,
    components::When,
    pages::desk::pieces::Address,
    query,
    wire::{
        Moment, Status,
        desk::dormancy::{
            ClosedAccount, Dormancy, ExemptAccount, Exemptions, Hand, UnusedAccount, UnusedPage,
        },
    },
};

/// The page where an account is exempted.
pub(super) const EXEMPT: &str = "/admin/dormancy/exempt";

/// Who they are: the name leads to the account.
#[component]
fn Who(account: String, name: String, email: String) -> impl IntoView {
    let is_named = name != email;
    view! {
        <th scope="row">
            <a href=format!("/admin/accounts/{account}") class="address">
                {name}
            </a>
            {is_named.then(|| view! { <span class="fine below"><Address email/></span> })}
        </th>
    }
}

/// The last sign-in.
#[component]
pub fn LastSignIn(moment: Option<Moment>) -> impl IntoView {
    match moment {
        Some(moment) => view! { <When moment/> }.into_any(),
        None => view! { <span class="absent">"Never"</span> }.into_any(),
    }
}

/// Those who are told or closed within 14 days, a page of them.
#[component]
pub fn Concerned(dormancy: Dormancy) -> impl IntoView {
    let Dormancy {
        concerned,
        looked_at,
        is_in_force,
        hand,
        ..
    } = dormancy;
    let UnusedPage {
        accounts,
        next,
        is_later,
    } = concerned;
    let may_decide = hand.may_decide();
    if accounts.is_empty() && !is_later && next.is_none() {
        return view! {
            <p class="absent">
                "Nobody is concerned: every account was used in time, or is exempt."
            </p>
        }
        .into_any();
    }
    let closes = if is_in_force {
        "Closed on"
    } else {
        "Would be closed on"
    };
    view! {
        <h3>"Who is reminded or closed within 14 days"</h3>
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">"Account"</th>
                    <th scope="col" class="number">"Last sign-in"</th>
                    <th scope="col" class="number">"Unused for"</th>
                    <th scope="col" class="number">{closes}</th>
                    <th scope="col" class="number">"Reminded"</th>
                    <th scope="col">
                        <span class="unseen">"What can be done"</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                {accounts
                    .into_iter()
                    .map(|account| view! { <Row account closes may_decide/> })
                    .collect_view()}
            </tbody>
        </table>
        <Pager rule=looked_at.as_parameter() next is_later/>
    }
    .into_any()
}

#[component]
fn Row(account: UnusedAccount, closes: &'static str, may_decide: bool) -> impl IntoView {
    let UnusedAccount {
        account,
        name,
        email,
        last_sign_in,
        unused_days,
        closes: day,
        reminded,
    } = account;
    let day = match day {
        Some(day) => day.into_any(),
        None => view! { <span class="fine">"Never: the firm’s last owner"</span> }.into_any(),
    };
    let exempt = may_decide.then(|| {
        let href = query::link(EXEMPT, &[("account", &account)]);
        let whom = name.clone();
        view! {
            <a href=href>
                "Exempt" <span class="unseen">{format!(" {whom}")}</span>
            </a>
        }
    });
    view! {
        <tr data-row>
            <Who account name email/>
            <td data-label="Last sign-in" class="number">
                <LastSignIn moment=last_sign_in/>
            </td>
            <td data-label="Unused for" class="number">{days_in_words(unused_days)}</td>
            <td data-label=closes class="number">{day}</td>
            <td data-label="Reminded" class="number">
                {match reminded {
                    Some(moment) => view! { <When moment/> }.into_any(),
                    None => view! { <span class="absent">"Not yet"</span> }.into_any(),
                }}
            </td>
            <td>{exempt}</td>
        </tr>
    }
}

#[component]
fn Pager(rule: String, next: Option<String>, is_later: bool) -> impl IntoView {
    let first = is_later.then(|| query::link(HERE, &[("rule", &rule)]));
    let next = next.map(|after| query::link(HERE, &[("rule", &rule), ("after", &after)]));
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="actions" aria-label="Pages of accounts">
                {first.map(|href| view! { <a class="alone" href=href>"From the beginning"</a> })}
                {next.map(|href| view! { <a class="alone" href=href>"Next accounts"</a> })}
            </nav>
        }
    })
}

/// Who stays open however long the account is unused.
#[component]
pub fn Exempt(
    /// Who.
    exemptions: Exemptions,
    /// What whoever looks may do.
    hand: Hand,
) -> impl IntoView {
    let Exemptions { accounts, has_more } = exemptions;
    let (has_any, may_decide) = (!accounts.is_empty(), hand.may_decide());
    view! {
        <section id="exempt">
            <h2>"Who is exempt"</h2>
            <p>
                "An exempt account stays open however long it is unused: that of a partner on leave, or one for emergencies."
            </p>
            {may_decide
                .then(|| {
                    view! {
                        <form class="form" method="get" action=EXEMPT>
                            <div class="field">
                                <label for="email">"E-mail of the account to exempt"</label>
                                <div class="field-line">
                                    <input
                                        id="email"
                                        name="email"
                                        type="email"
                                        maxlength="254"
                                        autocomplete="off"
                                        required
                                    />
                                    <button class="button button-quiet">"Go on"</button>
                                </div>
                            </div>
                        </form>
                    }
                })}
            {if has_any {
                view! { <List accounts may_decide/> }.into_any()
            } else {
                view! { <p class="absent">"Nobody is exempt."</p> }.into_any()
            }}
            {has_more
                .then(|| view! { <p class="fine">"The newest are shown; there may be more."</p> })}
        </section>
    }
}

#[component]
fn List(accounts: Vec<ExemptAccount>, may_decide: bool) -> impl IntoView {
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">"Account"</th>
                    <th scope="col">"Why"</th>
                    <th scope="col" class="number">"Exempt since"</th>
                    <th scope="col" class="number">"Until"</th>
                    <th scope="col" class="number">"Last sign-in"</th>
                    <th scope="col">
                        <span class="unseen">"What can be done"</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                {accounts
                    .into_iter()
                    .map(|exempt| view! { <Exemption exempt may_decide/> })
                    .collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Exemption(exempt: ExemptAccount, may_decide: bool) -> impl IntoView {
    let ExemptAccount {
        id,
        account,
        name,
        email,
        reason,
        granted,
        until,
        last_sign_in,
    } = exempt;
    let end = may_decide.then(|| {
        let whose = name.clone();
        view! {
            <form method="post" action=EndExemption::PATH>
                <input type="hidden" name="account" value=account.clone()/>
                <input type="hidden" name="exemption" value=id/>
                <button class="link-button">
                    "End it" <span class="unseen">{format!(" for {whose}")}</span>
                </button>
            </form>
        }
    });
    view! {
        <tr data-row>
            <Who account name email/>
            <td data-label="Why" class="address">
                {reason}
            </td>
            <td data-label="Exempt since" class="number">
                <When moment=granted/>
            </td>
            <td data-label="Until" class="number">{until.unwrap_or_else(|| "For good".to_owned())}</td>
            <td data-label="Last sign-in" class="number">
                <LastSignIn moment=last_sign_in/>
            </td>
            <td>{end}</td>
        </tr>
    }
}

/// Who was closed last.
#[component]
pub fn Closed(
    /// Who, the newest first.
    closures: Vec<ClosedAccount>,
) -> impl IntoView {
    let rows = closures.into_iter().map(|closed| {
        let ClosedAccount {
            account,
            name,
            email,
            closed,
            unused_days,
            status,
        } = closed;
        let now = match status {
            Status::Suspended => view! { "Closed" }.into_any(),
            Status::Active => {
                view! { <span class="badge badge-good">"Open again"</span> }.into_any()
            }
            Status::Deleted => view! { "Closed for good" }.into_any(),
            Status::Invited | Status::Pending => view! { "Waits" }.into_any(),
        };
        view! {
            <tr data-row>
                <Who account name email/>
                <td data-label="Closed" class="number">
                    <When moment=closed/>
                </td>
                <td data-label="Unused for" class="number">{days_in_words(unused_days)}</td>
                <td data-label="Now">{now}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section>
            <h2>"Closed lately"</h2>
            {if rows.is_empty() {
                view! { <p class="absent">"No account was closed because nobody used it."</p> }
                    .into_any()
            } else {
                view! {
                    <p class="fine">
                        "The account’s page opens it again; its time without use begins anew then."
                    </p>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Account"</th>
                                <th scope="col" class="number">"Closed"</th>
                                <th scope="col" class="number">"Unused for"</th>
                                <th scope="col">"Now"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                    .into_any()
            }}
        </section>
    }
}
