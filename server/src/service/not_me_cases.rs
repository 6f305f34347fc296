//! What an administrator decides about "This wasn't me".

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{
    ServiceError, Services,
    cases::Done,
    credentials,
    obstacles::Obstacle,
    restoring,
    security_mail::{self, About},
    taking_away::{self, Said},
};
use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        case_effects::Effect,
        cases::Case,
        emails, identities, passwords, revoking,
    },
    domain::{account::IdentityId, linking::is_open, not_me::Kind, proof::UNDO_FOR},
    mail::letters,
};

/// It wasn't them: connects again what was disconnected in the account since, and takes away what stayed
/// because nothing else opened it. The caller holds the account locked.
pub(super) async fn leave_closed(
    services: &Services,
    connection: &mut PgConnection,
    case: &Case,
    account: &AccountRow,
) -> Done {
    let (Some(at), Some(kind)) = (case.since, Kind::from_word(&case.message)) else {
        return Ok(Ok(Some(Effect::Nothing)));
    };
    if !is_open(account.status) {
        return Ok(Ok(Some(Effect::Nothing)));
    }
    let now = services.now();
    let said = Said {
        kind,
        at,
        named: case.identity,
        kept: &[],
        reference: None,
    };
    let all_stayed = has_stayed(connection, &said, case, account).await?;
    // Whoever stayed in may have gone on; where nobody did, what came later is the person's own.
    let until = if all_stayed { now } else { case.created_at };
    let undoable = identities::former_of_account(connection, account.id, now - UNDO_FOR).await?;
    let mut kept = Vec::new();
    for former in undoable {
        let identity = IdentityId(former.identity);
        // The mail about it was written a moment after the deed.
        let is_named = kind == Kind::Unlinked && case.identity == Some(identity);
        if is_named || (at..=until).contains(&former.unlinked_at) {
            let at = former.unlinked_at;
            if reconnect(services, connection, account, identity, at, "case_approved").await? {
                kept.push(identity);
            }
        }
    }
    if all_stayed {
        let said = Said {
            kept: &kept,
            ..said
        };
        let taken = taking_away::take_away(connection, &said, account, now).await?;
        if taken.all_stays {
            return Ok(Err(Obstacle::NothingElseOpens));
        }
        revoking::of_account(connection, account.id, now).await?;
    }
    credentials::changed(services, connection, account.id).await?;
    // What was taken away and connected in one go has no way back in one go.
    let did_nothing = !all_stayed && kept.is_empty();
    Ok(Ok(did_nothing.then_some(Effect::Nothing)))
}

/// Whether what falls was there when the person pressed the button, and still is.
async fn has_stayed(
    connection: &mut PgConnection,
    said: &Said<'_>,
    case: &Case,
    account: &AccountRow,
) -> Result<bool, ServiceError> {
    let (fall, falling) = taking_away::falling(connection, said, account).await?;
    let later = identities::linked_since(connection, account.id, case.created_at).await?;
    let password_set_at = passwords::set_at(connection, account.id).await?;
    Ok(falling.iter().any(|identity| !later.contains(identity))
        || (fall.password && password_set_at.is_some_and(|set| set <= case.created_at)))
}

/// It was them after all: puts back what fell when they said that it wasn't. The caller holds the account
/// locked.
pub(super) async fn restore(
    services: &Services,
    connection: &mut PgConnection,
    case: &Case,
    account: &AccountRow,
) -> Done {
    let (at, now) = (case.created_at, services.now());
    let fell = identities::unlinked_at(connection, account.id, at).await?;
    let mut nobody_gave_way = true;
    for identity in fell.iter().copied() {
        let waiting = identities::waiting_instead(connection, identity).await?;
        nobody_gave_way &= waiting.is_none();
        if !reconnect(services, connection, account, identity, at, "case_declined").await? {
            return Ok(Err(Obstacle::LoginOpens));
        }
    }
    let lost_its_proof = case.email.as_deref() == Some(account.email.as_str());
    let verified = lost_its_proof && !account.email_verified;
    if verified {
        if !emails::verify(connection, account.id, now).await? {
            return Ok(Err(Obstacle::OwnEmailTaken));
        }
        let event = NewEvent {
            action: "account.email_verified",
            account: Some(account.id),
            reason: Some("case_declined"),
            ..NewEvent::default()
        };
        audit::record(connection, &event, now).await?;
    }
    credentials::changed(services, connection, account.id).await?;
    let identities = fell.into_iter().map(|identity| identity.0).collect();
    let effect = Effect::Restored {
        identities,
        verified,
    };
    // An account that gave way doesn't come back by itself.
    Ok(Ok(nobody_gave_way.then_some(effect)))
}

/// Connects a login again that was disconnected at that moment, and tells the person; `false`, and nothing
/// written, when it opens another account by now.
async fn reconnect(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    identity: IdentityId,
    unlinked_at: OffsetDateTime,
    reason: &str,
) -> Result<bool, ServiceError> {
    if !restoring::restore(services, connection, account.id, identity, unlinked_at).await? {
        return Ok(false);
    }
    let event = NewEvent {
        action: "identity.restored",
        account: Some(account.id),
        identity: Some(identity),
        reason: Some(reason),
        ..NewEvent::default()
    };
    audit::record(connection, &event, services.now()).await?;
    let about = About {
        kind: Kind::Linked,
        account: account.id,
        identity: Some(identity),
        visit: None,
    };
    let how = "as it was before, by an administrator";
    security_mail::put(services, connection, &about, &account.email, |security| {
        letters::linked(security, how)
    })
    .await?;
    Ok(true)
}
