//! What becomes of accounts that nobody uses: when whom is reminded, and when an account is closed.
//!
//! The clock of an account begins with its last sign-in, or when it became active if that was later. So
//! neither does it run while a person waits to be let in, nor does it go on where it stood when the
//! account is opened again.

use std::ops::RangeInclusive;

use time::{Duration, OffsetDateTime};

/// After how many days without use an account may be closed. Sessions end within the least of them, so
/// nobody is closed out who is signed in.
pub const CLOSE_AFTER: RangeInclusive<u16> = 30..=730;

/// How many reminders there are at most. There is one at least: nobody is closed without a word.
pub const MOST_REMINDERS: usize = 3;

/// How long nobody is closed after they began to be covered, or to be covered so strictly.
pub const GRACE: Duration = Duration::days(14);

/// How long the first reminder has been out at least before an account is closed, unless it was meant to
/// go out later than that.
pub const NOTICE: Duration = Duration::days(7);

/// After how long a date is told anew that has passed without anything having happened: nobody ran, or
/// the account was the last owner's.
pub const LAPSE: Duration = Duration::days(7);

/// The numbers of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    close_after: u16,
    remind_before: Vec<u16>,
}

/// Why numbers make no policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadNumbers {
    /// [`CLOSE_AFTER`] doesn't hold the days.
    CloseAfter,
    /// No reminder, too many, or one that would go out in the first half of the time.
    Reminders,
}

impl Numbers {
    /// Days until an account is closed, and how many days before that it is reminded, in any order.
    ///
    /// # Errors
    /// [`BadNumbers`] when they make no policy.
    pub fn new(
        close_after: u16,
        reminders: impl IntoIterator<Item = u16>,
    ) -> Result<Self, BadNumbers> {
        if !CLOSE_AFTER.contains(&close_after) {
            return Err(BadNumbers::CloseAfter);
        }
        let mut remind_before: Vec<u16> = reminders.into_iter().take(MOST_REMINDERS + 1).collect();
        remind_before.sort_unstable_by(|one, other| other.cmp(one));
        remind_before.dedup();
        let fits = (1..=MOST_REMINDERS).contains(&remind_before.len())
            && remind_before
                .iter()
                .all(|days| (1..=close_after / 2).contains(days));
        if !fits {
            return Err(BadNumbers::Reminders);
        }
        Ok(Self {
            close_after,
            remind_before,
        })
    }

    /// After how many days without use an account is closed.
    pub const fn close_after(&self) -> u16 {
        self.close_after
    }

    /// How many days before that reminders go out, the earliest first.
    pub fn remind_before(&self) -> &[u16] {
        &self.remind_before
    }

    /// How many days before the end the earliest reminder goes out.
    fn earliest(&self) -> u16 {
        self.remind_before.first().copied().unwrap_or_default()
    }

    /// An account that was last used after this moment isn't closed within so many days from now on,
    /// grace or not.
    pub fn closed_by(&self, now: OffsetDateTime, within: Duration) -> OffsetDateTime {
        now + within - days(self.close_after)
    }

    /// An account that was last used after this moment isn't even reminded within so many days.
    pub fn reminded_by(&self, now: OffsetDateTime, within: Duration) -> OffsetDateTime {
        self.closed_by(now, within) + days(self.earliest())
    }
}

/// What is to become of accounts that nobody uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whether anything becomes of them.
    pub is_on: bool,
    /// The numbers; those of the last time while it is off.
    pub numbers: Numbers,
    /// Since when accounts are covered so strictly.
    pub covers_since: OffsetDateTime,
}

impl Policy {
    /// The policy that takes the place of this one. Whom it covers, or covers more strictly, it covers
    /// from now on.
    #[must_use]
    pub fn changed(&self, is_on: bool, numbers: Numbers, now: OffsetDateTime) -> Self {
        let is_milder = self.is_on && is_on && numbers.close_after >= self.numbers.close_after;
        Self {
            is_on,
            covers_since: if is_milder { self.covers_since } else { now },
            numbers,
        }
    }
}

/// A reminder that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// The date that it was about.
    pub due: OffsetDateTime,
    /// How many days before that it was meant to go out.
    pub days: u16,
    /// When it went out.
    pub sent: OffsetDateTime,
}

/// Whether an account is exempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// It never was.
    Never,
    /// It is.
    Now,
    /// It was until then.
    Until(OffsetDateTime),
}

/// What the decision about an account rests on.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Since when it lies unused; `None` while it isn't active.
    pub unused_since: Option<OffsetDateTime>,
    /// Whether it is exempt.
    pub exemption: Exemption,
    /// Whether no other owner could open the firm's desk.
    pub is_last_owner: bool,
    /// The reminders that were sent for it, in any order.
    pub reminders: Vec<Reminder>,
}

/// What becomes of an account now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing, whatever the time: the policy is off, or this account is none of its business.
    Spared,
    /// Nothing yet: it would be closed then, at the earliest.
    Waits {
        /// When.
        closes: OffsetDateTime,
    },
    /// Its person is to be told.
    Remind {
        /// The date that it is about.
        due: OffsetDateTime,
        /// Which reminder: how many days before that.
        days: u16,
        /// When the account will be closed.
        closes: OffsetDateTime,
    },
    /// It is to be closed.
    Close,
}

/// What becomes of an account.
pub fn decide(policy: &Policy, facts: &Facts, now: OffsetDateTime) -> Verdict {
    let Some(due) = due(policy, facts) else {
        return Verdict::Spared;
    };
    let closes = |told: Reminder| due.max(told.sent + days(told.days).min(NOTICE));
    let told = facts.reminders.iter().copied();
    let told = told.filter(|told| told.due == due && now < closes(*told) + LAPSE);
    let first = told.clone().min_by_key(|told| told.sent);
    if first.is_some_and(|first| now >= closes(first)) {
        return Verdict::Close;
    }
    let steps = policy.numbers.remind_before.iter().rev().copied();
    let step = steps.into_iter().find(|step| now >= due - days(*step));
    match step {
        // One that is over isn't made up for: the later one says it all.
        Some(step) if !told.into_iter().any(|told| told.days <= step) => {
            let this = Reminder {
                due,
                days: step,
                sent: now,
            };
            Verdict::Remind {
                due,
                days: step,
                closes: closes(first.unwrap_or(this)),
            }
        }
        _ => Verdict::Waits {
            closes: first.map_or(due, closes),
        },
    }
}

/// When an account would be closed, if its person was told in time; `None` when it is spared.
fn due(policy: &Policy, facts: &Facts) -> Option<OffsetDateTime> {
    let covered_since = match facts.exemption {
        Exemption::Now => return None,
        Exemption::Never => policy.covers_since,
        Exemption::Until(ended) => policy.covers_since.max(ended),
    };
    let unused_since = facts
        .unused_since
        .filter(|_| policy.is_on && !facts.is_last_owner)?;
    let over = unused_since + days(policy.numbers.close_after);
    Some(over.max(covered_since + GRACE))
}

fn days(days: u16) -> Duration {
    Duration::days(i64::from(days))
}

#[cfg(test)]
mod tests;
