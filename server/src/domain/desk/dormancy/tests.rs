//! The clock, the reminders and the end, one after the other.

use super::*;

/// A day of a long calendar.
fn day(number: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000 + number)
}

fn numbers(close_after: u16, reminders: &[u16]) -> Numbers {
    Numbers::new(close_after, reminders.iter().copied()).unwrap()
}

/// 90 days, reminders 14 and 3 days before, in force for as long as anybody remembers.
fn policy() -> Policy {
    Policy {
        is_on: true,
        numbers: numbers(90, &[14, 3]),
        covers_since: day(-1000),
    }
}

/// Unused since day 0.
fn facts() -> Facts {
    Facts {
        unused_since: Some(day(0)),
        exemption: Exemption::Never,
        is_last_owner: false,
        reminders: Vec::new(),
    }
}

/// How an account differs from another.
type Change = fn(&mut Facts);

fn told(due: i64, days: u16, sent: i64) -> Reminder {
    Reminder {
        due: day(due),
        days,
        sent: day(sent),
    }
}

/// What happens to an account from a day on, looked at once a day, until it is closed or the days are
/// over: on which day, and "closed" or the reminder with the day of which it speaks.
fn story(policy: &Policy, facts: &Facts, from: i64, to: i64) -> Vec<(i64, String)> {
    let mut facts = facts.clone();
    let mut story = Vec::new();
    for number in from..=to {
        match decide(policy, &facts, day(number)) {
            Verdict::Spared | Verdict::Waits { .. } => {}
            Verdict::Remind { due, days, closes } => {
                let closes = (closes - day(0)).whole_days();
                story.push((number, format!("{days} before {closes}")));
                facts.reminders.push(Reminder {
                    due,
                    days,
                    sent: day(number),
                });
            }
            Verdict::Close => {
                story.push((number, "closed".to_owned()));
                break;
            }
        }
    }
    story
}

fn told_in(story: &[(i64, &str)]) -> Vec<(i64, String)> {
    let story = story.iter();
    story
        .map(|(day, what)| (*day, (*what).to_owned()))
        .collect()
}

#[test]
fn an_unused_account_is_reminded_once_each_and_closed_when_it_was_said() {
    let expected = told_in(&[(76, "14 before 90"), (87, "3 before 90"), (90, "closed")]);
    assert_eq!(story(&policy(), &facts(), 0, 200), expected);
}

#[test]
fn whoever_signs_in_starts_anew() {
    let mut used = facts();
    used.reminders = vec![told(90, 14, 76), told(90, 3, 87)];
    used.unused_since = Some(day(88));
    let expected = told_in(&[
        (164, "14 before 178"),
        (175, "3 before 178"),
        (178, "closed"),
    ]);
    assert_eq!(story(&policy(), &used, 88, 300), expected);
}

#[test]
fn nobody_is_closed_within_two_weeks_of_the_policy_or_without_a_word() {
    // Unused for years when the policy begins.
    let mut begun = policy();
    begun.covers_since = day(1000);
    let expected = told_in(&[
        (1000, "14 before 1014"),
        (1011, "3 before 1014"),
        (1014, "closed"),
    ]);
    assert_eq!(story(&begun, &facts(), 1000, 2000), expected);
    // Nobody looked for half a year.
    let expected = told_in(&[(300, "3 before 303"), (303, "closed")]);
    assert_eq!(story(&policy(), &facts(), 300, 2000), expected);
    let mut early = policy();
    early.numbers = numbers(90, &[30]);
    let expected = told_in(&[(300, "30 before 307"), (307, "closed")]);
    assert_eq!(story(&early, &facts(), 300, 2000), expected);
}

#[test]
fn a_date_that_passed_without_anything_having_happened_is_told_anew() {
    let mut reminded = facts();
    reminded.reminders = vec![told(90, 14, 76), told(90, 3, 87)];
    assert_eq!(decide(&policy(), &reminded, day(96)), Verdict::Close);
    let expected = told_in(&[(97, "3 before 100"), (100, "closed")]);
    assert_eq!(story(&policy(), &reminded, 97, 200), expected);
}

#[test]
fn a_reminder_that_is_over_is_not_made_up_for() {
    let expected = told_in(&[(88, "3 before 91"), (91, "closed")]);
    assert_eq!(story(&policy(), &facts(), 88, 200), expected);
}

#[test]
fn whoever_is_spared_is_neither_reminded_nor_closed() {
    let mut off = policy();
    off.is_on = false;
    assert_eq!(decide(&off, &facts(), day(5000)), Verdict::Spared);
    let spared: [(&str, Change); 3] = [
        ("not active", |facts| facts.unused_since = None),
        ("exempt", |facts| facts.exemption = Exemption::Now),
        ("the last owner", |facts| facts.is_last_owner = true),
    ];
    for (who, change) in spared {
        for reminders in [Vec::new(), vec![told(90, 14, 76), told(90, 3, 87)]] {
            let mut facts = facts();
            facts.reminders = reminders;
            change(&mut facts);
            assert_eq!(
                decide(&policy(), &facts, day(5000)),
                Verdict::Spared,
                "{who}"
            );
        }
    }
}

#[test]
fn whose_exemption_ends_has_two_weeks_and_is_told() {
    let mut once_exempt = facts();
    once_exempt.exemption = Exemption::Until(day(400));
    once_exempt.reminders = vec![told(90, 14, 76)];
    let expected = told_in(&[
        (400, "14 before 414"),
        (411, "3 before 414"),
        (414, "closed"),
    ]);
    assert_eq!(story(&policy(), &once_exempt, 400, 600), expected);
}

#[test]
fn a_date_that_moves_is_told_anew() {
    let mut reminded = facts();
    reminded.reminders = vec![told(90, 14, 76), told(90, 3, 87)];
    let milder = policy().changed(true, numbers(365, &[14, 3]), day(88));
    let expected = told_in(&[
        (351, "14 before 365"),
        (362, "3 before 365"),
        (365, "closed"),
    ]);
    assert_eq!(story(&milder, &reminded, 88, 400), expected);
}

#[test]
fn other_reminders_for_the_same_date_go_on_where_they_were() {
    let mut reminded = facts();
    reminded.reminders = vec![told(90, 14, 76)];
    let others = policy().changed(true, numbers(90, &[30, 10, 1]), day(77));
    let expected = told_in(&[(80, "10 before 90"), (89, "1 before 90"), (90, "closed")]);
    assert_eq!(story(&others, &reminded, 77, 200), expected);
}

#[test]
fn only_a_policy_that_is_new_or_stricter_starts_its_grace_anew() {
    let on = policy();
    let off = on.changed(false, on.numbers.clone(), day(10));
    for (name, before, after, starts_anew) in [
        ("switched on", &off, numbers(90, &[14]), true),
        ("stricter", &on, numbers(89, &[14, 3]), true),
        ("the same", &on, numbers(90, &[14, 3]), false),
        ("milder", &on, numbers(365, &[14, 3]), false),
        ("other reminders", &on, numbers(90, &[45]), false),
    ] {
        let changed = before.changed(true, after, day(20));
        let expected = if starts_anew { day(20) } else { day(-1000) };
        assert_eq!(changed.covers_since, expected, "{name}");
    }
}

#[test]
fn waiting_accounts_know_when_they_would_be_closed() {
    let waits = |closes| Verdict::Waits {
        closes: day(closes),
    };
    assert_eq!(decide(&policy(), &facts(), day(10)), waits(90));
    let mut reminded = facts();
    reminded.reminders = vec![told(90, 3, 95)];
    assert_eq!(decide(&policy(), &reminded, day(96)), waits(98));
}

#[test]
fn who_is_concerned_is_told_by_the_last_use_alone() {
    let (numbers, now) = (numbers(90, &[14, 3]), day(200));
    assert_eq!(numbers.closed_by(now, Duration::ZERO), day(110));
    assert_eq!(numbers.closed_by(now, GRACE), day(124));
    assert_eq!(numbers.reminded_by(now, GRACE), day(138));
    // Whoever was last used a moment later is neither closed nor reminded in that time.
    let mut later = facts();
    later.unused_since = Some(day(138) + Duration::SECOND);
    assert_eq!(story(&policy(), &later, 200, 214), []);
    later.unused_since = Some(day(138));
    assert_eq!(story(&policy(), &later, 200, 214).len(), 1);
}

#[test]
fn numbers_out_of_bounds_make_no_policy() {
    for (close_after, reminders, problem) in [
        (29, &[14][..], BadNumbers::CloseAfter),
        (731, &[14], BadNumbers::CloseAfter),
        (0, &[], BadNumbers::CloseAfter),
        (90, &[], BadNumbers::Reminders),
        (90, &[0], BadNumbers::Reminders),
        (90, &[46], BadNumbers::Reminders),
        (90, &[4, 3, 2, 1], BadNumbers::Reminders),
    ] {
        let made = Numbers::new(close_after, reminders.iter().copied());
        assert_eq!(made, Err(problem), "{close_after} {reminders:?}");
    }
    let made = Numbers::new(30, [3, 15, 3]).unwrap();
    assert_eq!(
        (made.close_after(), made.remind_before()),
        (30, &[15, 3][..])
    );
}
