//! What a decision about several items would do, before it is made.

use super::Waiting;
use crate::{
    db::{
        cases::Kind,
        desk::queue::{self as rows, ItselfBy, WaitingCase},
        sessions::LiveSession,
    },
    domain::{
        desk::{
            queue::{Act, Item},
            rules::{self, Person},
        },
        linking::is_open,
    },
    service::{ServiceError, Services, desk::hold::Barred, obstacles::Obstacle},
};

/// Why an item would be skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The administrator can't do it, or somebody else did before.
    Barred(Barred),
    /// It can't be done.
    Impossible(Obstacle),
}

/// What would become of an item.
#[derive(Debug)]
pub struct Planned {
    /// The item.
    pub item: Item,
    /// What is known of it; `None` when it doesn't wait any more.
    pub waiting: Option<Waiting>,
    /// Why it would be skipped; `None` when it would be done.
    pub skip: Option<Skip>,
}

/// What would become of each item as things stand, in their order. The decision itself looks again.
pub async fn preview(
    services: &Services,
    session: &LiveSession,
    items: &[Item],
    act: Act,
) -> Result<Vec<Planned>, ServiceError> {
    let (mut accounts, mut cases) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Account(account) => accounts.push(account.0),
            Item::Case(case) => cases.push(*case),
        }
    }
    let themselves = services.config.admission.by_themselves();
    let mut connection = services.pool.acquire().await?;
    let mut found: Vec<Waiting> = Vec::new();
    if !accounts.is_empty() {
        let rows = rows::accounts_by_id(&mut connection, themselves, &accounts).await?;
        found.extend(rows.into_iter().map(Box::new).map(Waiting::Account));
    }
    if !cases.is_empty() {
        let rows = rows::cases_by_id(&mut connection, &cases).await?;
        found.extend(rows.into_iter().map(Box::new).map(Waiting::Case));
    }
    connection.give_back();
    let plan = |item: &Item| {
        let waiting = found.iter().find(|waiting| waiting.item() == *item);
        Planned {
            item: *item,
            skip: match waiting {
                None => Some(Skip::Barred(Barred::Decided)),
                Some(waiting) => skip(session, waiting, act),
            },
            waiting: waiting.cloned(),
        }
    };
    Ok(items.iter().map(plan).collect())
}

fn skip(session: &LiveSession, waiting: &Waiting, act: Act) -> Option<Skip> {
    let rule = match (waiting, act) {
        (Waiting::Account(_), Act::Decline) => rules::Act::Close,
        _ => rules::Act::Help,
    };
    let actor = Person {
        id: session.account,
        role: session.role,
    };
    let target = Person {
        id: waiting.who().id,
        role: waiting.who().role,
    };
    // Nobody who waits is an owner in use, and a case takes none away.
    if let Err(rule) = rules::judge(actor, target, false, rule) {
        return Some(Skip::Barred(rule.into()));
    }
    obstacle(waiting, act).map(Skip::Impossible)
}

/// What stands in the way of a decision, as far as can be told beforehand.
pub fn obstacle(waiting: &Waiting, act: Act) -> Option<Obstacle> {
    match (waiting, act) {
        (Waiting::Account(account), Act::Ask) => {
            let is_asked =
                account.who.email_verified || account.itself_by == Some(ItselfBy::Mailbox);
            is_asked.then_some(Obstacle::NothingToProve)
        }
        (Waiting::Case(case), Act::Ask) => {
            (case.kind != Kind::LinkAsked).then_some(Obstacle::NothingToProve)
        }
        (Waiting::Case(case), Act::Approve) => against_approving(case),
        (Waiting::Case(_), Act::Decline) | (Waiting::Account(_), _) => None,
    }
}

fn against_approving(case: &WaitingCase) -> Option<Obstacle> {
    match case.kind {
        Kind::LinkAsked if !is_open(case.who.status) => Some(Obstacle::AccountClosed),
        Kind::LinkAsked if case.login_opens => Some(Obstacle::LoginOpens),
        Kind::EmailChange | Kind::EmailCollision
            if !case.is_linked || case.identity_email != case.email =>
        {
            Some(Obstacle::EmailMoved)
        }
        Kind::EmailChange | Kind::EmailCollision if case.holder.is_some() => {
            Some(Obstacle::EmailTaken)
        }
        _ => None,
    }
}
