//! What the policy does, or what another one would do: whom it reminds, whom it closes, and when.

use time::{Duration, OffsetDateTime};

use super::facts_of;
use crate::{
    db::{
        desk::dormancy::{
            counts::{self, Spread},
            exemptions::{self, ExemptionRow},
            policies::{self, PolicyRow},
            reminders::{self, ClosureRow},
            unused::{self, Place, UnusedRow},
        },
        pool::Lease,
    },
    domain::desk::dormancy::{GRACE, Numbers, Policy, Verdict, decide},
    service::{ServiceError, Services},
};

/// Up to how many accounts are counted.
pub const MOST: i64 = 10_000;

/// How many accounts a page of the list holds.
const PAGE: i64 = 25;

/// How many exemptions are shown.
pub const EXEMPTIONS: i64 = 50;

/// How many accounts are shown that were closed last.
const CLOSURES: i64 = 10;

/// Where the groups of the spread part, in days without use.
pub const BOUNDS: [i64; 7] = [365, 180, 90, 60, 30, 14, 7];

/// How many pages of the table the spread is reckoned from, where there are more: some 10,000 accounts.
const SAMPLE: i64 = 80;

/// Everything about dormancy, as of now.
#[derive(Debug)]
pub struct Preview {
    /// The policy that counts.
    pub current: PolicyRow,
    /// Who wrote it; nobody wrote the first.
    pub changed_by: Option<UnusedRow>,
    /// The policy that is looked at: this one, or the one that would take its place now.
    pub policy: Policy,
    /// How many accounts have lain unused for the whole time or longer; up to one more than [`MOST`],
    /// as the other counts.
    pub over: i64,
    /// How many would be closed within the two weeks from now on, those included.
    pub closing: i64,
    /// How many would be told until then, all of those included.
    pub told: i64,
    /// A page of the accounts that are told or closed, the longest unused first.
    pub accounts: Vec<Concerned>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
    /// How long accounts have lain unused.
    pub spread: Spread,
    /// Who is exempt.
    pub exemptions: Vec<ExemptionRow>,
    /// Who was closed last.
    pub closures: Vec<ClosureRow>,
}

/// An account that is told or closed.
#[derive(Debug)]
pub struct Concerned {
    /// The account.
    pub row: UnusedRow,
    /// When it is closed; `None`: never, because its owner is the firm's last.
    pub closes: Option<OffsetDateTime>,
    /// When the last reminder about that was sent.
    pub reminded: Option<OffsetDateTime>,
}

/// What the policy does, or would do with other numbers if it was changed now; a page of the list from a
/// place on.
pub async fn preview(
    services: &Services,
    other: Option<Numbers>,
    from: Option<Place>,
) -> Result<Preview, ServiceError> {
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let current = policies::current(&mut connection).await?;
    let policy = match other {
        Some(numbers) => current.policy.changed(true, numbers, now),
        None if current.policy.is_on => current.policy.clone(),
        None => current
            .policy
            .changed(true, current.policy.numbers.clone(), now),
    };
    let changed_by = match current.changed_by {
        Some(by) => unused::rows(&mut connection, &[by]).await?.pop(),
        None => None,
    };
    let last_owner = counts::last_owner(&mut connection, now).await?;
    let numbers = &policy.numbers;
    let mut reached = [0; 3];
    for (count, until) in reached.iter_mut().zip([
        numbers.closed_by(now, Duration::ZERO),
        numbers.closed_by(now, GRACE),
        numbers.reminded_by(now, GRACE),
    ]) {
        let all = counts::unused(&mut connection, until, MOST, now).await?;
        let is_spared = last_owner.is_some_and(|owner| owner.unused_since <= until);
        // One of more than can be counted is none less.
        *count = if all > MOST {
            all
        } else {
            all - i64::from(is_spared)
        };
    }
    let [over, closing, told] = reached;
    let from = from.unwrap_or(Place::FIRST);
    let (accounts, next) = page(&mut connection, &policy, from, last_owner, now).await?;
    let bounds = BOUNDS.map(|days| now - Duration::days(days));
    let preview = Preview {
        changed_by,
        over,
        closing,
        told,
        accounts,
        next,
        spread: counts::spread(&mut connection, &bounds, SAMPLE).await?,
        exemptions: exemptions::in_force(&mut connection, EXEMPTIONS, now).await?,
        closures: reminders::last_closed(&mut connection, CLOSURES).await?,
        current,
        policy,
    };
    connection.give_back();
    Ok(preview)
}

async fn page(
    connection: &mut Lease,
    policy: &Policy,
    from: Place,
    last_owner: Option<Place>,
    now: OffsetDateTime,
) -> Result<(Vec<Concerned>, Option<Place>), ServiceError> {
    let until = policy.numbers.reminded_by(now, GRACE);
    let mut places = unused::after(connection, from, until, PAGE + 1).await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let is_more = places.len() > page;
    places.truncate(page);
    let facts = facts_of(connection, &places, now).await?;
    let ids: Vec<_> = places.iter().map(|place| place.account).collect();
    let mut concerned = Vec::with_capacity(places.len());
    for row in unused::rows(connection, &ids).await? {
        let facts = facts.iter().find(|(account, _)| *account == row.account);
        let Some((account, facts)) = facts else {
            continue;
        };
        let (closes, due) = match decide(policy, facts, now) {
            // Exempt.
            Verdict::Spared => continue,
            Verdict::Waits { closes } | Verdict::Remind { closes, .. } => (closes, closes),
            Verdict::Close => (now, now),
        };
        let is_spared = last_owner.is_some_and(|owner| owner.account == *account);
        let told = facts.reminders.iter().filter(|told| told.due <= due);
        concerned.push(Concerned {
            closes: (!is_spared).then_some(closes),
            reminded: told.map(|told| told.sent).max(),
            row,
        });
    }
    let next = places.last().copied().filter(|_| is_more);
    Ok((concerned, next))
}
