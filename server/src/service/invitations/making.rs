//! Making invitations, one or many: the accounts, their one-time links, the letters and the record.

use std::collections::HashSet;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{LETTER, claim_url, letter};
use crate::{
    db::{
        audit::{self, NewEvent},
        claims,
        invitations::{self, Making, NewInvitation},
        outbox::{self, BulkMail},
    },
    domain::account::AccountId,
    random,
    secrets::digest,
    service::{ServiceError, Services},
};

/// An invitation that was made.
#[derive(Debug)]
pub(in crate::service) struct Made {
    /// The account.
    pub(in crate::service) account: AccountId,
    /// Opens the account with whatever Clio login it is used with, once.
    pub(super) claim_url: String,
}

/// Makes invitations, mails their one-time links, and records each. Gives those that were made: none for
/// an e-mail that a verified account has. `import` is the list that they come from.
pub(in crate::service) async fn make(
    services: &Services,
    connection: &mut PgConnection,
    people: &[NewInvitation<'_>],
    making: Making,
    import: Option<Uuid>,
) -> Result<Vec<Made>, ServiceError> {
    let now = services.now();
    let new = invitations::insert(connection, people, making, now).await?;
    let new: HashSet<AccountId> = new.into_iter().collect();
    let mut made = Vec::with_capacity(new.len());
    let mut hashes = Vec::with_capacity(new.len());
    let mut mails = Vec::with_capacity(new.len());
    let mut subject = String::new();
    for person in people.iter().filter(|person| new.contains(&person.account)) {
        let token = random::secret()?;
        let claim_url = claim_url(services, &token);
        let letter = letter(services, &claim_url);
        mails.push(BulkMail {
            id: random::id(now)?,
            to_email: person.email.to_owned(),
            account: person.account,
            body_text: letter.text(),
            body_html: letter.html(),
        });
        subject = letter.subject;
        hashes.push(digest(&token).to_vec());
        made.push(Made {
            account: person.account,
            claim_url,
        });
    }
    let accounts: Vec<AccountId> = made.iter().map(|one| one.account).collect();
    claims::put_new(connection, &accounts, &hashes, making.lifetime, now).await?;
    outbox::put_many(connection, LETTER, &subject, mails, import.is_some(), now).await?;
    let event = NewEvent {
        action: "account.invited",
        actor: making.by,
        detail: import.map(|import| serde_json::json!({ "import": import })),
        ..NewEvent::default()
    };
    audit::record_each(connection, &event, &accounts, now).await?;
    Ok(made)
}
