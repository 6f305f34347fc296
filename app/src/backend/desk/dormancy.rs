//! Accounts that nobody uses.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::dormancy::{Dormancy, Exempting},
};

/// What somebody looks at, unchecked.
#[derive(Clone, Debug, Default)]
pub struct DormancyView {
    /// The days of a rule to be tried: those until closing, then those of the reminders; `None` looks at
    /// the rule that is in force.
    pub rule: Option<Vec<String>>,
    /// What the page of accounts begins after.
    pub after: Option<String>,
}

/// The rule that is to be in force, unchecked.
#[derive(Clone, Debug)]
pub struct DormancyOrder {
    /// The revision that they have seen.
    pub seen: i32,
    /// Whether unused accounts are to be closed at all.
    pub on: bool,
    /// The days: those until closing, then those of the reminders, apart by commas.
    pub rule: String,
    /// Why.
    pub reason: String,
}

/// Accounts that nobody uses.
#[async_trait]
pub trait Unused: Send + Sync {
    /// The rule, and whom it concerns.
    async fn dormancy(&self, view: DormancyView) -> Result<Dormancy, Failure>;
    /// Puts a rule in force, or out of force.
    async fn change_dormancy(&self, order: DormancyOrder) -> Result<Destination, Failure>;
    /// Puts the rule back that was in force before the one of this revision.
    async fn undo_dormancy(&self, revision: i32) -> Result<Destination, Failure>;
    /// Whom to exempt: the account with this id, or those with this e-mail.
    async fn exempting(
        &self,
        account: Option<String>,
        email: Option<String>,
    ) -> Result<Exempting, Failure>;
    /// Exempts an account, until the end of a day (`2026-12-31`) or for good.
    async fn exempt(
        &self,
        account: String,
        reason: String,
        until: Option<String>,
    ) -> Result<Destination, Failure>;
    /// Ends an exemption of an account.
    async fn end_exemption(
        &self,
        account: String,
        exemption: String,
    ) -> Result<Destination, Failure>;
}
