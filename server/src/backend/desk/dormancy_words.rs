//! Unused accounts in the words of their page.

use app::wire::desk::dormancy::{
    ClosedAccount, Counted, Dormancy, DormancyChange, DormancyRule, ExemptAccount, Exemptions,
    Hand, Spread, SpreadGroup, UnusedAccount, UnusedPage,
};
use time::{Date, Duration, OffsetDateTime, macros::format_description};
use uuid::Uuid;

use crate::{
    backend::{RequestBackend, words},
    db::desk::dormancy::{
        counts, exemptions::ExemptionRow, policies::PolicyRow, reminders::ClosureRow,
        unused::Place, unused::UnusedRow,
    },
    domain::{
        account::AccountId,
        desk::dormancy::{GRACE, Numbers},
        moment,
        name::full_name,
        proof::UNDO_FOR,
    },
    service::desk::dormancy::{
        exemptions::NoDay,
        preview::{BOUNDS, Concerned, EXEMPTIONS, MOST, Preview},
    },
};

impl RequestBackend {
    /// The page, as whoever may only look sees it.
    pub(super) fn dormancy_page(&self, preview: Preview, is_later: bool) -> Dormancy {
        let now = self.0.services.now();
        let Preview {
            current,
            changed_by,
            policy,
            over,
            closing,
            told,
            accounts,
            next,
            spread,
            exemptions,
            closures,
        } = preview;
        let looked_at = rule(&policy.numbers);
        let rule = rule(&current.policy.numbers);
        let most = usize::try_from(EXEMPTIONS).unwrap_or(usize::MAX);
        Dormancy {
            is_on: current.policy.is_on,
            is_in_force: current.policy.is_on && looked_at == rule,
            revision: current.revision,
            change: changed_by.map(|by| self.change(&current, &by)),
            not_before: moment::day(policy.covers_since.max(now - GRACE) + GRACE),
            over: counted(over),
            soon: if closing > MOST {
                counted(closing)
            } else {
                counted(closing - over)
            },
            told: counted(told),
            concerned: UnusedPage {
                accounts: accounts
                    .into_iter()
                    .map(|concerned| self.unused(concerned, now))
                    .collect(),
                next: next.map(|place| {
                    let micros = place.unused_since.unix_timestamp_nanos() / 1000;
                    format!("{micros}.{}", place.account)
                }),
                is_later,
            },
            spread: Spread {
                groups: groups(&spread, looked_at.close_after),
                is_sample: spread.is_sample,
            },
            exemptions: Exemptions {
                has_more: exemptions.len() >= most,
                accounts: exemptions.into_iter().map(|row| self.exempt(row)).collect(),
            },
            closures: closures.into_iter().map(|row| self.closed(row)).collect(),
            looked_at,
            rule,
            is_no_rule: false,
            hand: Hand::Looks,
        }
    }

    fn change(&self, current: &PolicyRow, by: &UnusedRow) -> DormancyChange {
        let undo_until = current.changed_at + UNDO_FOR;
        DormancyChange {
            by: full_name(&by.first_name, &by.last_name, &by.email),
            account: by.account.to_string(),
            at: self.moment(current.changed_at),
            reason: current.reason.clone(),
            undo_until: (self.0.services.now() < undo_until).then(|| moment::day(undo_until)),
        }
    }

    fn unused(&self, concerned: Concerned, now: OffsetDateTime) -> UnusedAccount {
        let row = concerned.row;
        let unused = row.unused_since.map_or(0, |since| days(now - since));
        UnusedAccount {
            account: row.account.to_string(),
            name: full_name(&row.first_name, &row.last_name, &row.email),
            email: row.email,
            last_sign_in: row.last_sign_in.map(|at| self.moment(at)),
            unused_days: unused,
            closes: concerned.closes.map(moment::day),
            reminded: concerned.reminded.map(|at| self.moment(at)),
        }
    }

    fn exempt(&self, row: ExemptionRow) -> ExemptAccount {
        ExemptAccount {
            id: row.id.to_string(),
            account: row.account.to_string(),
            name: full_name(&row.first_name, &row.last_name, &row.email),
            email: row.email,
            reason: row.reason,
            granted: self.moment(row.granted_at),
            // It ends with that day.
            until: row.ends_at.map(|at| moment::day(at - Duration::SECOND)),
            last_sign_in: row.last_sign_in.map(|at| self.moment(at)),
        }
    }

    fn closed(&self, row: ClosureRow) -> ClosedAccount {
        ClosedAccount {
            account: row.account.to_string(),
            name: full_name(&row.first_name, &row.last_name, &row.email),
            email: row.email,
            closed: self.moment(row.closed_at),
            unused_days: days(row.closed_at - row.unused_since),
            status: words::status(row.status),
        }
    }
}

fn rule(numbers: &Numbers) -> DormancyRule {
    DormancyRule {
        close_after: numbers.close_after(),
        remind_before: numbers.remind_before().to_vec(),
    }
}

fn counted(count: i64) -> Counted {
    let most = u32::try_from(MOST).unwrap_or(u32::MAX);
    match u32::try_from(count.max(0)) {
        Ok(count) if count <= most => Counted::Exactly(count),
        _ => Counted::MoreThan(most),
    }
}

fn days(duration: Duration) -> u32 {
    u32::try_from(duration.whole_days()).unwrap_or(0)
}

/// The groups of the spread, from the shortest unused on.
fn groups(spread: &counts::Spread, close_after: u16) -> Vec<SpreadGroup> {
    let edge = |number: usize| {
        BOUNDS
            .get(number)
            .and_then(|days| u16::try_from(*days).ok())
    };
    let groups = spread
        .groups
        .iter()
        .enumerate()
        .rev()
        .map(|(number, count)| {
            let from_days = edge(number).unwrap_or(0);
            let count = u64::try_from(*count).unwrap_or(0);
            SpreadGroup {
                from_days,
                to_days: number.checked_sub(1).and_then(edge),
                count: if spread.is_sample {
                    rough(count)
                } else {
                    count
                },
                is_over: from_days >= close_after,
            }
        });
    groups.collect()
}

/// A number as exact as a sample is: to two digits.
fn rough(count: u64) -> u64 {
    let digits = count.checked_ilog10().unwrap_or(0);
    let unit = 10_u64.pow(digits.saturating_sub(1));
    (count + unit / 2) / unit * unit
}

/// The place that a page begins after, as [`RequestBackend::dormancy_page`] names it.
pub(super) fn place(text: &str) -> Option<Place> {
    let (micros, account) = text.split_once('.')?;
    let nanos = micros.parse::<i64>().ok()?;
    let since = OffsetDateTime::from_unix_timestamp_nanos(i128::from(nanos) * 1000).ok()?;
    Some(Place {
        unused_since: since,
        account: AccountId(Uuid::parse_str(account).ok()?),
    })
}

/// The end of a day as browsers send it, in UTC.
pub(super) fn end_of(day: &str) -> Result<OffsetDateTime, NoDay> {
    let format = format_description!("[year]-[month]-[day]");
    let day = Date::parse(day.trim(), format).map_err(|_| NoDay)?;
    let next = day.next_day().ok_or(NoDay)?;
    Ok(next.midnight().assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sample_tells_is_told_roughly() {
        for (count, told) in [
            (0, 0),
            (7, 7),
            (99, 99),
            (104, 100),
            (105, 110),
            (995, 1000),
            (123_456, 120_000),
        ] {
            assert_eq!(rough(count), told, "{count}");
        }
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let end = end_of(" 2026-12-31 ").map(crate::domain::moment::iso);
        assert_eq!(end, Ok("2027-01-01T00:00:00Z".to_owned()));
        for odd in [
            "",
            "31.12.2026",
            "2026-02-30",
            "9999-12-31",
            "2026-12-31T00",
        ] {
            assert_eq!(end_of(odd), Err(NoDay), "{odd}");
        }
    }

    #[test]
    fn places_that_nobody_gave_out_are_none() {
        let id = "00000000-0000-7000-8000-00000000000a";
        assert!(place(&format!("1790000000000000.{id}")).is_some());
        for odd in ["", ".", "1.x", "x.y", &format!("9223372036854775807.{id}")] {
            assert_eq!(place(odd), None, "{odd}");
        }
    }

    #[test]
    fn groups_begin_with_the_shortest_and_tell_which_are_over() {
        let spread = counts::Spread {
            groups: vec![8, 7, 6, 5, 4, 3, 2, 1],
            is_sample: false,
        };
        let groups = groups(&spread, 90);
        let edges: Vec<_> = groups
            .iter()
            .map(|group| (group.from_days, group.to_days, group.count, group.is_over))
            .collect();
        assert_eq!(
            edges,
            [
                (0, Some(7), 1, false),
                (7, Some(14), 2, false),
                (14, Some(30), 3, false),
                (30, Some(60), 4, false),
                (60, Some(90), 5, false),
                (90, Some(180), 6, true),
                (180, Some(365), 7, true),
                (365, None, 8, true),
            ]
        );
    }
}
