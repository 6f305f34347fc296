//! After the proof: linking.

use sqlx::PgConnection;

use super::{is_still_located, names_differ, pending, refused};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        binding::Method,
        links::{self, PendingLink},
    },
    domain::{account::Status, return_to::ReturnTo},
    service::{
        ServiceError, Services,
        binding::{self, Binding},
        in_turns,
        visit::{Opening, SessionKey, Visit},
    },
};

/// Which of two names the account carries from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Clio's.
    Clio,
    /// The account's own.
    Account,
}

/// How linking ended.
#[derive(Debug)]
pub enum Linked {
    /// Linked and signed in.
    Yes {
        /// The key for the session's cookie.
        key: SessionKey,
        /// Where the person was going.
        return_to: Option<ReturnTo>,
        /// The state of the account now.
        status: Status,
        /// Whether the account was an invitation until now.
        is_new: bool,
    },
    /// The names differ, and none was chosen.
    ChoiceMissing,
    /// Nothing is proved, or there is no pending link in this browser any more.
    Expired,
    /// Meanwhile something changed that the proof rests on.
    Changed,
}

/// Links what was proved, ends the account's other sessions and signs in. The proof is used up.
///
/// Prompts of one login for two accounts meet at the login and at one another's rows.
pub async fn confirm(
    services: &Services,
    visit: &Visit,
    chosen: Option<Chosen>,
) -> Result<Linked, ServiceError> {
    in_turns(|| try_confirm(services, visit, chosen)).await
}

async fn try_confirm(
    services: &Services,
    visit: &Visit,
    chosen: Option<Chosen>,
) -> Result<Linked, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = pending(services, visit, &mut connection).await?;
    connection.give_back();
    let Some(link) = found else {
        return refused(services, None, "link_unknown", Linked::Expired).await;
    };
    if visit.session.is_some() {
        let told = Linked::Changed;
        return refused(services, Some(&link), "somebody_signed_in", told).await;
    }
    let now = services.now();
    let opening = Opening::prepare(services, visit)?;
    let mut transaction = services.pool.begin().await?;
    let account = accounts::lock(&mut transaction, link.account).await?;
    let Some(link) = links::lock(&mut transaction, link.id, now).await? else {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "link_closed", Linked::Expired).await;
    };
    let Some(proof) = link.proof else {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "not_proved", Linked::Expired).await;
    };
    let credentials = links::credentials(&mut transaction, link.account).await?;
    let unchanged = account.filter(|account| {
        is_still_located(&link, account)
            && link.credentials.as_ref() == Some(&credentials)
            && proof.is_enough_for(account.role)
    });
    let Some(account) = unchanged else {
        // The proof is dead: the next try begins at Clio.
        links::close(&mut transaction, link.id, now).await?;
        transaction.commit().await?;
        return refused(services, Some(&link), "account_changed", Linked::Changed).await;
    };
    let takes_clios = match chosen {
        _ if !names_differ(&link, &account) => false,
        Some(chosen) => chosen == Chosen::Clio,
        None => {
            transaction.roll_back().await?;
            let told = Linked::ChoiceMissing;
            return refused(services, Some(&link), "name_missing", told).await;
        }
    };
    let binding = Binding {
        login: &link.login,
        account: &account,
        method: Method::Proof(proof),
        visit: Some(visit),
    };
    if !binding::bind_and_enter(services, &mut transaction, &binding, &opening).await? {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "login_linked", Linked::Changed).await;
    }
    if takes_clios {
        take_names(services, &mut transaction, &link).await?;
    }
    let is_new = account.status == Status::Invited;
    if let Some(return_to) = link.return_to.as_deref().filter(|_| is_new) {
        accounts::set_return_to(&mut transaction, account.id, return_to).await?;
    }
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Linked::Yes {
        key: opening.key,
        return_to: link.return_to.as_deref().and_then(ReturnTo::parse),
        status: if is_new {
            Status::Active
        } else {
            account.status
        },
        is_new,
    })
}

/// The account carries Clio's names from now on.
async fn take_names(
    services: &Services,
    connection: &mut PgConnection,
    link: &PendingLink,
) -> Result<(), ServiceError> {
    let (account, login) = (link.account, &link.login);
    accounts::set_names(connection, account, &login.first_name, &login.last_name).await?;
    let event = NewEvent {
        action: "account.names_followed_clio",
        actor: Some(account),
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(connection, &event, services.now()).await?;
    Ok(())
}
