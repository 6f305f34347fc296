//! Reads that find nothing: each is on record, and administrators are told when that isn't a matter of one
//! night, since until then whoever leaves the firm in Clio keeps their access here.

use serde_json::json;

use crate::{
    db::{
        audit::{self, NewEvent},
        manage::{
            firms::{self, Firm},
            reads::{self, Read},
        },
        pool::Transaction,
        roles,
    },
    domain::manage::roster::{Ending, Failure, Unread},
    mail::letters::{self, RosterUnread},
    service::{ServiceError, Services, in_turns, mailer},
};

/// Ends a read that found nothing.
pub(super) async fn end(
    services: &Services,
    read: &Read,
    failure: Failure,
) -> Result<(), ServiceError> {
    in_turns(|| try_end(services, read, failure)).await
}

async fn try_end(services: &Services, read: &Read, failure: Failure) -> Result<(), ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let firm = firms::lock(&mut transaction, read.firm).await?;
    let ending = Ending::Failed(failure);
    if !reads::end(&mut transaction, read.id, ending, None, now).await? {
        transaction.roll_back().await?;
        return Ok(());
    }
    let event = NewEvent {
        action: "roster.read_failed",
        reason: Some(failure.as_str()),
        detail: Some(json!({ "firm": read.firm })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    if let Some(firm) = firm {
        let unread = firms::unread(&mut transaction, &firm).await?;
        if unread.is_to_be_told(failure, now) {
            tell(services, &mut transaction, &firm, failure, unread).await?;
        }
    }
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(())
}

/// Mails every administrator and owner.
async fn tell(
    services: &Services,
    transaction: &mut Transaction,
    firm: &Firm,
    failure: Failure,
    unread: Unread,
) -> Result<(), ServiceError> {
    let now = services.now();
    let letter = letters::roster_unread(&RosterUnread {
        firm: &services.config.firm_name,
        clio_firm: &firm.name,
        failure,
        since: unread.since,
        page_url: &services.config.web.public_url.join("/admin/roster"),
    });
    for (account, email) in roles::active_administrators(transaction).await? {
        mailer::put(transaction, account, &email, &letter, now).await?;
    }
    firms::set_told(transaction, firm.id, Some(now)).await?;
    Ok(())
}
