//! Asking a person for more proof. What waits goes on waiting.

use super::decide::{Verdict, held_for};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        cases::{self as rows, Kind},
        desk::{
            notes::{self, NewNote},
            proof_requests,
        },
        pool::Transaction,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, Status},
        desk::{queue::Item, remark::Remark, rules},
    },
    mail::letters,
    service::{ServiceError, Services, admission, desk::hold::Barred, mailer, obstacles::Obstacle},
};

/// Asks: a mail says what to do, and the person's page says so, too. `note` is for the person.
pub(super) async fn ask(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    item: Item,
    note: Option<&Remark>,
) -> Result<Verdict, ServiceError> {
    let held = held_for(services, session, account, rules::Act::Help).await?;
    let mut held = match held {
        Ok(held) => held,
        Err(barred) => return Ok(barred.into()),
    };
    let transaction = &mut held.transaction;
    let asked = match item {
        Item::Account(_) => of_account(services, transaction, &held.account).await?,
        Item::Case(case) => of_case(transaction, case).await?,
    };
    let about = match asked {
        Ok(about) => about,
        Err(verdict) => {
            held.transaction.roll_back().await?;
            return Ok(verdict);
        }
    };
    let now = services.now();
    let by = session.account;
    let words = note.map_or("", Remark::as_str);
    if !proof_requests::ask(transaction, item, account, by, words, now).await? {
        held.transaction.roll_back().await?;
        return Ok(Barred::Decided.into());
    }
    let event = NewEvent {
        action: about.action,
        actor: Some(session.account),
        account: Some(account),
        detail: about
            .reference
            .as_ref()
            .map(|reference| serde_json::json!({ "case": reference })),
        ..NewEvent::default()
    };
    let event = audit::put(transaction, &event, now).await?;
    if let Some(text) = note {
        let note = NewNote {
            event,
            account,
            identity: None,
            author: Some(by),
            kind: notes::Kind::Note,
            text,
        };
        notes::put(transaction, &note, now).await?;
    }
    let sign_in = services.config.web.public_url.join("/sign-in");
    let letter = letters::proof_asked(
        &services.config.firm_name,
        about.reference.as_deref(),
        words,
        &sign_in,
    );
    mailer::put(transaction, account, &held.account.email, &letter, now).await?;
    held.transaction.commit().await?;
    Ok(Verdict::Done)
}

/// What is asked about.
struct About {
    action: &'static str,
    reference: Option<String>,
}

/// Whoever waits can show that the mailbox is theirs, unless they have, or policy asks them anyway.
async fn of_account(
    services: &Services,
    transaction: &mut Transaction,
    account: &AccountRow,
) -> Result<Result<About, Verdict>, ServiceError> {
    let awaits = accounts::awaits(transaction, account.id).await?;
    let Some((awaits, _)) = awaits.filter(|_| account.status == Status::Pending) else {
        return Ok(Err(Barred::Decided.into()));
    };
    if account.email_verified || admission::awaits_mailbox(services, awaits, &account.email) {
        return Ok(Err(Verdict::Impossible(Obstacle::NothingToProve)));
    }
    Ok(Ok(About {
        action: "account.proof_asked",
        reference: None,
    }))
}

/// Whoever asks to be linked can prove the account at the prompt.
async fn of_case(
    transaction: &mut Transaction,
    case: uuid::Uuid,
) -> Result<Result<About, Verdict>, ServiceError> {
    let Some(case) = rows::find_by_id(transaction, case).await? else {
        return Ok(Err(Barred::Decided.into()));
    };
    if case.kind != Kind::LinkAsked {
        return Ok(Err(Verdict::Impossible(Obstacle::NothingToProve)));
    }
    Ok(Ok(About {
        action: "case.proof_asked",
        reference: Some(case.reference),
    }))
}
