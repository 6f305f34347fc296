//! The queue: what waits for an administrator, and what they decide about it.

mod accounts;
mod ask;
mod batch;
mod decide;
mod preview;

use time::OffsetDateTime;

pub use self::{
    batch::{Report, decide_all, report},
    decide::{Verdict, decide},
    preview::{Planned, Skip, obstacle, preview},
};
use crate::{
    db::{
        cases::Kind as CaseKind,
        desk::{
            candidates::{self, Candidate},
            queue::{self as rows, Asked, From, WaitingAccount, WaitingCase, Who},
            waiting::{self, Standing},
        },
    },
    domain::desk::queue::{Item, Kind, MOST, Place},
    service::{ServiceError, Services},
};

/// Up to here things that wait are counted; more are "more than".
pub const MOST_COUNTED: u32 = 999;

/// Something that waits.
#[derive(Clone, Debug)]
pub enum Waiting {
    /// An account that isn't let in yet.
    Account(Box<WaitingAccount>),
    /// An open case.
    Case(Box<WaitingCase>),
}

impl Waiting {
    /// Which item it is.
    pub fn item(&self) -> Item {
        match self {
            Self::Account(account) => Item::Account(account.who.id),
            Self::Case(case) => Item::Case(case.id),
        }
    }

    /// Whose account it is about.
    pub fn who(&self) -> &Who {
        match self {
            Self::Account(account) => &account.who,
            Self::Case(case) => &case.who,
        }
    }

    /// Since when it waits.
    pub fn since(&self) -> OffsetDateTime {
        match self {
            Self::Account(account) => account.since,
            Self::Case(case) => case.since,
        }
    }

    /// More proof that was asked for.
    pub fn asked(&self) -> Option<&Asked> {
        match self {
            Self::Account(account) => account.asked.as_ref(),
            Self::Case(case) => case.asked.as_ref(),
        }
    }

    /// Whether whoever waits, or asks, has proved the mailbox.
    pub fn is_mailbox_proved(&self) -> bool {
        match self {
            Self::Account(account) => account.who.email_verified,
            Self::Case(case) => case.mailbox_proved_at.is_some(),
        }
    }

    fn place(&self) -> Place {
        Place {
            at: self.since(),
            id: self.item().id(),
        }
    }
}

/// Something that waits, with the accounts that may be the same person's.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What waits.
    pub waiting: Waiting,
    /// The accounts that may be the same person's, the most alike first. Only for new accounts.
    pub candidates: Vec<Candidate>,
}

/// A page of the queue, the oldest first.
#[derive(Debug)]
pub struct Page {
    /// What waits, [`MOST`] at most.
    pub entries: Vec<Entry>,
    /// Before which place there is more that waits for longer.
    pub earlier: Option<Place>,
    /// After which place there is more.
    pub later: Option<Place>,
    /// How much of each kind waits, counted up to one more than [`MOST_COUNTED`].
    pub standing: Standing,
}

/// A page of what waits: all that waits for an administrator, or one kind.
pub async fn page(
    services: &Services,
    kind: Option<Kind>,
    from: From,
) -> Result<Page, ServiceError> {
    let themselves = services.config.admission.by_themselves();
    let mut connection = services.pool.acquire().await?;
    // One more than a page tells whether there is more.
    let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    if matches!(kind, None | Some(Kind::Accounts | Kind::Mailbox)) {
        let by_mailbox = kind == Some(Kind::Mailbox);
        let accounts = rows::accounts(&mut connection, themselves, by_mailbox, from, limit).await?;
        found.extend(accounts.into_iter().map(Box::new).map(Waiting::Account));
    }
    let kinds = case_kinds(kind);
    if !kinds.is_empty() {
        let cases = rows::cases(&mut connection, &kinds, from, limit).await?;
        found.extend(cases.into_iter().map(Box::new).map(Waiting::Case));
    }
    found.sort_by_key(Waiting::place);
    let (earlier, later) = cut(&mut found, from);
    let people: Vec<_> = found
        .iter()
        .filter(|waiting| matches!(waiting, Waiting::Account(_)))
        .map(|waiting| waiting.item().id())
        .collect();
    let mut alike = if people.is_empty() {
        Vec::new()
    } else {
        candidates::of(&mut connection, &people).await?
    };
    let standing = waiting::standing(&mut connection, themselves, i64::from(MOST_COUNTED)).await?;
    connection.give_back();
    let entries = found
        .into_iter()
        .map(|waiting| Entry {
            candidates: alike
                .extract_if(.., |candidate| {
                    waiting.item() == Item::Account(candidate.of)
                })
                .collect(),
            waiting,
        })
        .collect();
    Ok(Page {
        entries,
        earlier,
        later,
        standing,
    })
}

/// Cuts what was found to a page, and tells before and after which places there is more.
fn cut(found: &mut Vec<Waiting>, from: From) -> (Option<Place>, Option<Place>) {
    let has_more = found.len() > MOST;
    let (has_earlier, has_later) = match from {
        From::After(place) => {
            found.truncate(MOST);
            (place != Place::BEGINNING, has_more)
        }
        From::Before(_) => {
            found.drain(..found.len().saturating_sub(MOST));
            (has_more, true)
        }
    };
    (
        found.first().map(Waiting::place).filter(|_| has_earlier),
        found.last().map(Waiting::place).filter(|_| has_later),
    )
}

/// The kinds of cases that a page shows.
fn case_kinds(kind: Option<Kind>) -> Vec<String> {
    let kinds: &[CaseKind] = match kind {
        None => &[
            CaseKind::LinkAsked,
            CaseKind::EmailChange,
            CaseKind::EmailCollision,
            CaseKind::NotMe,
        ],
        Some(Kind::Links) => &[CaseKind::LinkAsked],
        Some(Kind::Emails) => &[CaseKind::EmailChange, CaseKind::EmailCollision],
        Some(Kind::NotMe) => &[CaseKind::NotMe],
        Some(Kind::Accounts | Kind::Mailbox) => &[],
    };
    kinds.iter().map(|kind| kind.as_str().to_owned()).collect()
}
