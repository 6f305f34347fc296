//! What becomes of leavers of a firm: changed at the desk, and undone.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    db::{
        audit::{self, NewEvent},
        manage::firms::{self, Firm, RuleRow},
        roles,
        sessions::LiveSession,
    },
    domain::{desk::remark::Remark, manage::roster::Rule, name::full_name, proof::UNDO_FOR},
    mail::letters::{self, Letter, Roster},
    service::{
        ServiceError, Services,
        desk::hold::{self, Barred, Held},
        mailer,
    },
};

/// What somebody wants the rule to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The firm.
    pub firm: Uuid,
    /// The revision that they have seen: when there is another by now, they look again first.
    pub seen: i32,
    /// The rule.
    pub rule: Rule,
    /// Why.
    pub reason: Remark,
}

/// Puts a rule in force.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn change(
    services: &Services,
    session: &LiveSession,
    wanted: Wanted,
) -> Result<Result<(), Barred>, ServiceError> {
    // Whoever acts stands for themselves: the rule is nobody's account.
    let mut held = match hold::hold_or_refuse(services, session, session.account).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    let firm = firms::lock(&mut held.transaction, wanted.firm).await?;
    let current = match &firm {
        Some(_) => firms::rule(&mut held.transaction, wanted.firm, None).await?,
        None => None,
    };
    let current = match firm.zip(current) {
        None => Err(Barred::Gone),
        Some((_, current)) if current.revision != wanted.seen => Err(Barred::Decided),
        Some(current) => Ok(current),
    };
    let outcome = match current {
        Ok((firm, current)) => {
            let change = Succession {
                firm: &firm,
                current: &current,
                rule: wanted.rule,
                reason: wanted.reason.as_str(),
                action: "roster.rule_changed",
            };
            succeed(services, &mut held, &change).await?
        }
        Err(barred) => Err(barred),
    };
    end(services, session, held, outcome).await
}

/// Puts back the rule that the one of a revision took the place of, for two weeks and if nothing has
/// taken its place since.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn undo(
    services: &Services,
    session: &LiveSession,
    firm: Uuid,
    revision: i32,
) -> Result<Result<(), Barred>, ServiceError> {
    let mut held = match hold::hold_or_refuse(services, session, session.account).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    let outcome = match may_be_undone(services, &mut held, firm, revision).await? {
        Ok((firm, current, before)) => {
            let change = Succession {
                firm: &firm,
                current: &current,
                rule: before,
                reason: "The change before was undone.",
                action: "roster.rule_changed.undone",
            };
            succeed(services, &mut held, &change).await?
        }
        Err(barred) => Err(barred),
    };
    end(services, session, held, outcome).await
}

/// The firm, the rule in force and the one before it, if that can be put back.
async fn may_be_undone(
    services: &Services,
    held: &mut Held,
    firm: Uuid,
    revision: i32,
) -> Result<Result<(Firm, RuleRow, Rule), Barred>, ServiceError> {
    let to = &mut held.transaction;
    let Some(firm) = firms::lock(to, firm).await? else {
        return Ok(Err(Barred::Gone));
    };
    let current = firms::rule(to, firm.id, None).await?;
    let before = firms::rule(to, firm.id, Some(revision.saturating_sub(1))).await?;
    let (Some(current), Some(before)) = (current, before) else {
        return Ok(Err(Barred::Decided));
    };
    let Some(changed_at) = current.changed_at.filter(|_| current.revision == revision) else {
        return Ok(Err(Barred::Decided));
    };
    if services.now() - changed_at >= UNDO_FOR {
        return Ok(Err(Barred::TooLate));
    }
    Ok(Ok((firm, current, before.rule)))
}

/// A rule that takes the place of another one.
struct Succession<'a> {
    firm: &'a Firm,
    current: &'a RuleRow,
    rule: Rule,
    reason: &'a str,
    action: &'static str,
}

async fn succeed(
    services: &Services,
    held: &mut Held,
    change: &Succession<'_>,
) -> Result<Result<(), Barred>, ServiceError> {
    let now = services.now();
    let new = RuleRow {
        revision: change.current.revision + 1,
        rule: change.rule,
        reason: change.reason.to_owned(),
        changed_by: Some(held.actor.id),
        changed_at: Some(now),
    };
    if !firms::write_rule(&mut held.transaction, change.firm.id, &new, now).await? {
        return Ok(Err(Barred::Decided));
    }
    let event = NewEvent {
        action: change.action,
        actor: Some(held.actor.id),
        detail: Some(json!({
            "firm": change.firm.id,
            "revision": new.revision,
            "before": in_record(change.current.rule),
            "after": in_record(change.rule),
        })),
        ..NewEvent::default()
    };
    audit::record(&mut held.transaction, &event, now).await?;
    let (before, after) = (change.current.rule, change.rule);
    let names = (change.firm.name.as_str(), change.reason);
    tell_owners(services, held, names, |told| {
        letters::roster_rule_changed(told, before, after)
    })
    .await?;
    Ok(Ok(()))
}

/// Mails every owner what somebody did about a firm, which goes by its name in Clio, and why.
pub(super) async fn tell_owners(
    services: &Services,
    held: &mut Held,
    (clio_firm, reason): (&str, &str),
    letter: impl FnOnce(&Roster<'_>) -> Letter,
) -> Result<(), ServiceError> {
    let actor = &held.actor;
    let letter = letter(&Roster {
        firm: &services.config.firm_name,
        clio_firm,
        by: &full_name(&actor.first_name, &actor.last_name, &actor.email),
        reason,
        page_url: &services.config.web.public_url.join("/admin/roster"),
    });
    let to = &mut held.transaction;
    for (account, email) in roles::active_owners(to).await? {
        mailer::put(to, account, &email, &letter, services.now()).await?;
    }
    Ok(())
}

fn in_record(rule: Rule) -> Value {
    json!({ "leavers": rule.leavers.as_str(), "threshold": rule.threshold })
}

/// Makes what was done so, or records why nothing was.
pub(super) async fn end(
    services: &Services,
    session: &LiveSession,
    held: Held,
    outcome: Result<(), Barred>,
) -> Result<Result<(), Barred>, ServiceError> {
    match outcome {
        Ok(()) => {
            held.transaction.commit().await?;
            services.recorded();
            services.mail_wake.notify_one();
            Ok(Ok(()))
        }
        Err(barred) => {
            held.transaction.roll_back().await?;
            Ok(Err(hold::refuse(services, session, None, barred).await?))
        }
    }
}
