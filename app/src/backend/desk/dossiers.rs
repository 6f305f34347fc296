//! One link, one account, and what can be done about either.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::{
        Role,
        desk::{AccountAct, AccountDossier, ActPage, LinkDossier, UndoPage, UnlinkPage},
    },
};

/// One link, one account, and what can be done about either. Ids come as they stand in the URL or the
/// form; what isn't there is `None`.
#[async_trait]
pub trait Dossiers: Send + Sync {
    /// What `/admin/accounts/{id}` shows; `before` is where a later page of what happened begins.
    async fn account_dossier(
        &self,
        account: String,
        before: Option<String>,
    ) -> Result<Option<AccountDossier>, Failure>;
    /// What `/admin/links/{id}` shows.
    async fn link_dossier(
        &self,
        link: String,
        before: Option<String>,
    ) -> Result<Option<LinkDossier>, Failure>;

    /// What `/admin/accounts/{id}/{act}` says before anything is done.
    async fn act_page(&self, account: String, act: AccountAct) -> Result<Option<ActPage>, Failure>;
    /// What `/admin/links/{id}/unlink` says before anything is done.
    async fn unlink_page(&self, link: String) -> Result<Option<UnlinkPage>, Failure>;
    /// What `/admin/undo` says of an event.
    async fn undo_page(&self, event: String) -> Result<Option<UndoPage>, Failure>;

    /// Does something about an account.
    async fn act_on_account(&self, wanted: AccountOrder) -> Result<Destination, Failure>;
    /// Disconnects a login from its account.
    async fn unlink(&self, link: String, reason: Option<String>) -> Result<Destination, Failure>;
    /// Undoes what an event says.
    async fn undo_at_desk(&self, event: String) -> Result<Destination, Failure>;
    /// Attests a link.
    async fn review(&self, link: String, note: Option<String>) -> Result<Destination, Failure>;
    /// Keeps a note about an account.
    async fn note_account(&self, account: String, note: String) -> Result<Destination, Failure>;
    /// Keeps a note about a link.
    async fn note_link(&self, link: String, note: String) -> Result<Destination, Failure>;
}

/// What somebody wants to be done about an account, as the form sends it.
#[derive(Clone, Debug)]
pub struct AccountOrder {
    /// What.
    pub act: AccountAct,
    /// The account.
    pub account: String,
    /// Why.
    pub reason: Option<String>,
    /// On which day a suspension ends.
    pub until: Option<String>,
    /// The role to be given.
    pub role: Option<Role>,
}

impl AccountOrder {
    /// An act that needs no more than a reason.
    pub const fn new(act: AccountAct, account: String, reason: Option<String>) -> Self {
        Self {
            act,
            account,
            reason,
            until: None,
            role: None,
        }
    }
}
