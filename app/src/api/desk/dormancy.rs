//! What becomes of accounts that nobody uses.

use leptos::prelude::*;

use crate::api::Failure;

/// Puts a rule in force, or out of force. `seen` is the revision that the page showed, `rule` the days
/// until closing and those of the reminders, apart by commas.
#[server(prefix = "/admin/dormancy", endpoint = "rule")]
pub async fn change_dormancy(
    seen: i32,
    on: bool,
    rule: String,
    reason: String,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let order = crate::backend::desk::DormancyOrder {
        seen,
        on,
        rule: rule.clone(),
        reason,
    };
    let outcome = backend.change_dormancy(order).await;
    crate::respond::answer_along(outcome, "/admin/dormancy", "rule", Some(rule))
}

/// Puts the rule back that was in force before the one of this revision.
#[server(prefix = "/admin/dormancy", endpoint = "undo")]
pub async fn undo_dormancy(revision: i32) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.undo_dormancy(revision).await, "/admin/dormancy")
}

/// Exempts an account; `until` is the last day, none or empty for good.
#[server(prefix = "/admin/dormancy/exemptions", endpoint = "grant")]
pub async fn exempt_account(
    account: String,
    reason: String,
    until: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.exempt(account.clone(), reason, until).await;
    let page = "/admin/dormancy/exempt";
    crate::respond::answer_along(outcome, page, "account", Some(account))
}

/// Ends an exemption.
#[server(prefix = "/admin/dormancy/exemptions", endpoint = "end")]
pub async fn end_exemption(account: String, exemption: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.end_exemption(account, exemption).await;
    crate::respond::answer(outcome, "/admin/dormancy")
}
