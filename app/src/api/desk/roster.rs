//! The firm's people, as Clio Manage says.

use leptos::prelude::*;

use crate::{
    api::Failure,
    wire::desk::roster::{Leavers, RosterVerdict},
};

/// Begins to read a firm's people.
#[server(prefix = "/admin/roster", endpoint = "read")]
pub async fn read_roster(firm: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.read_roster(firm).await, "/admin/roster")
}

/// Stops the read of a firm that is under way.
#[server(prefix = "/admin/roster", endpoint = "stop")]
pub async fn stop_roster(firm: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.stop_roster(firm).await, "/admin/roster")
}

/// Puts a rule in force. `seen` is the revision that the page showed, `threshold` a percentage as it was
/// typed; what was chosen stays with the page when the form comes back to it.
#[server(prefix = "/admin/roster", endpoint = "rule")]
pub async fn change_roster_rule(
    firm: String,
    seen: i32,
    leavers: Leavers,
    threshold: String,
    reason: String,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let chosen = [
        ("firm", firm.as_str()),
        ("leavers", leavers.code()),
        ("threshold", &threshold),
    ];
    let page = crate::query::link("/admin/roster/rule", &chosen);
    let order = crate::backend::desk::RosterOrder {
        firm,
        seen,
        leavers,
        threshold,
        reason,
    };
    crate::respond::answer(backend.change_roster_rule(order).await, &page)
}

/// Puts the rule back that was in force for a firm before the one of this revision.
#[server(prefix = "/admin/roster", endpoint = "undo")]
pub async fn undo_roster_rule(firm: String, revision: i32) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.undo_roster_rule(firm, revision).await;
    crate::respond::answer(outcome, "/admin/roster")
}

/// Decides about differences; `difference` holds their ids, apart by commas.
#[server(prefix = "/admin/roster", endpoint = "decide")]
pub async fn decide_roster(
    difference: String,
    decision: RosterVerdict,
    reason: String,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let differences: Vec<String> = difference.split(',').map(ToOwned::to_owned).collect();
    let page = crate::query::roster_decision(&differences, decision);
    let outcome = backend.decide_roster(differences, decision, reason).await;
    crate::respond::answer(outcome, &page)
}

/// Disconnects a firm.
#[server(prefix = "/admin/roster", endpoint = "disconnect")]
pub async fn disconnect_firm(firm: String, reason: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.disconnect_firm(firm.clone(), reason).await;
    let page = "/admin/roster/disconnect";
    crate::respond::answer_along(outcome, page, "firm", Some(firm))
}
