//! Binding a Clio login to an account that exists: the same for every proof.

use sqlx::PgConnection;

use super::{
    ServiceError, Services, credentials,
    security_mail::{self, About},
    visit::{Opening, Visit},
};
use crate::{
    db::{
        accounts::AccountRow,
        binding::{Method, NewLink, link},
        cases, links, revoking,
        sessions::{self, Opener},
    },
    domain::{account::IdentityId, login::Login, not_me::Kind as NoticeKind},
    mail::letters,
    random,
};

/// A login, and the account that it is bound to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding<'a> {
    /// The login.
    pub(super) login: &'a Login,
    /// The account as it was, which the caller holds locked.
    pub(super) account: &'a AccountRow,
    /// What proves that both belong to one person; the caller has checked it.
    pub(super) method: Method,
    /// The request that does it; `None` when an administrator does.
    pub(super) visit: Option<&'a Visit>,
}

/// Binds the login, ends every other proof that is under way for either, and tells the account's
/// mailbox; `None`, and nothing written, when the login opens an account by now.
pub(super) async fn bind(
    services: &Services,
    connection: &mut PgConnection,
    binding: &Binding<'_>,
) -> Result<Option<IdentityId>, ServiceError> {
    let Binding {
        login,
        account,
        method,
        visit,
    } = *binding;
    let now = services.now();
    let device = visit.map(Visit::device).unwrap_or_default();
    let new = NewLink {
        login,
        account: account.id,
        identity: IdentityId(random::id(now)?),
        method,
        address: visit.map_or("", |visit| &visit.address),
        device: &device,
    };
    if !link(connection, &new, now).await? {
        return Ok(None);
    }
    links::close_of_login(connection, login, now).await?;
    credentials::changed(services, connection, account.id).await?;
    cases::withdraw_link(connection, login, now).await?;
    let about = About {
        kind: NoticeKind::Linked,
        account: account.id,
        identity: Some(new.identity),
        visit,
    };
    let how = security_mail::in_words(method);
    security_mail::put(services, connection, &about, &account.email, |security| {
        letters::linked(security, how)
    })
    .await?;
    Ok(Some(new.identity))
}

/// The same, for somebody who isn't signed in yet: every session of the account ends, and one is opened.
pub(super) async fn bind_and_enter(
    services: &Services,
    connection: &mut PgConnection,
    binding: &Binding<'_>,
    opening: &Opening<'_>,
) -> Result<bool, ServiceError> {
    let Some(identity) = bind(services, connection, binding).await? else {
        return Ok(false);
    };
    let (account, now) = (binding.account.id, services.now());
    revoking::of_account(connection, account, now).await?;
    let row = opening.row();
    sessions::insert(connection, account, Some(identity), Opener::Clio, &row, now).await?;
    Ok(true)
}
