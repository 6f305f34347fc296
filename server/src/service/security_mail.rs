//! Mails about what opens an account, each with a link for "This wasn't me".

use sqlx::PgConnection;

use super::{ServiceError, Services, mailer, visit::Visit};
use crate::{
    db::{
        binding::Method,
        notices::{self, NewNotice},
    },
    domain::not_me::Kind as NoticeKind,
    domain::{
        account::{AccountId, IdentityId},
        moment,
        proof::Proof,
    },
    mail::letters::{Letter, Security},
    random,
    secrets::digest,
};

/// What a mail is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'a> {
    /// What happened.
    pub(super) kind: NoticeKind,
    /// To which account.
    pub(super) account: AccountId,
    /// The login that it happened to, or that did it.
    pub(super) identity: Option<IdentityId>,
    /// The request that did it; `None` when an administrator did.
    pub(super) visit: Option<&'a Visit>,
}

/// Writes a mail to a mailbox, in the transaction of what it tells.
pub(super) async fn put(
    services: &Services,
    connection: &mut PgConnection,
    about: &About<'_>,
    to_email: &str,
    compose: impl FnOnce(&Security<'_>) -> Letter,
) -> Result<(), ServiceError> {
    let now = services.now();
    let token = random::secret()?;
    let notice = NewNotice {
        token_hash: &digest(&token),
        kind: about.kind,
        account: about.account,
        identity: about.identity,
        email: to_email,
    };
    notices::put(connection, &notice, now).await?;
    let device = about.visit.map(Visit::device);
    let letter = compose(&Security {
        firm: &services.config.firm_name,
        when: &moment::full(now),
        device: device.as_deref().unwrap_or("By an administrator"),
        address: about.visit.map_or("", |visit| visit.address.as_str()),
        not_me_url: &services
            .config
            .web
            .public_url
            .join(&format!("/not-me?token={token}")),
    });
    mailer::put(connection, about.account, to_email, &letter, now).await
}

/// How a login was linked, as the end of a sentence.
pub(super) const fn in_words(method: Method) -> &'static str {
    match method {
        Method::Proof(Proof::Password) => "with the account’s password",
        Method::Proof(Proof::Code) => "with a code sent to this mailbox",
        Method::Proof(Proof::LinkedSignIn) => {
            "by a sign-in with a login that was connected already"
        }
        Method::Claim => "with a one-time link from an administrator",
        Method::Administrator => "by an administrator",
        Method::Session => "by somebody who was signed in to the account",
    }
}
