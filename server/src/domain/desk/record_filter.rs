//! What somebody types to narrow the record down, and what it means.

use time::{Date, Duration, Month, OffsetDateTime};
use uuid::Uuid;

use super::record::{Place, Stretch, acts};
use crate::domain::{account::AccountId, email::Email};

/// The longest word of an act.
const LONGEST_ACT: usize = 60;
/// The longest reference.
const LONGEST_REFERENCE: usize = 16;

/// What was typed; empty where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// A person's e-mail, or the id of an account.
    pub person: String,
    /// A topic, or an act in the word of the record.
    pub act: String,
    /// The first day, such as `2026-11-22`, in UTC.
    pub from: String,
    /// The last day, which counts to its end.
    pub to: String,
    /// A reference, in any case.
    pub reference: String,
}

/// A field of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The person.
    Person,
    /// The act.
    Act,
    /// The first day.
    From,
    /// The last day.
    To,
    /// The reference.
    Reference,
}

/// Whose events are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of an account.
    Account(AccountId),
    /// Those of all accounts with an e-mail.
    Email(Email),
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Whose events; everybody's otherwise.
    pub whose: Option<Whose>,
    /// Which acts; all otherwise.
    pub acts: Option<Vec<String>>,
    /// Which reference; any otherwise, or none.
    pub reference: Option<String>,
    /// From when to when.
    pub stretch: Stretch,
}

impl Filter {
    /// Reads what was typed.
    ///
    /// # Errors
    /// The fields that make no sense.
    pub fn read(typed: &Typed) -> Result<Self, Vec<Field>> {
        let mut unread = Vec::new();
        let mut read = |field, is_read: bool| {
            if !is_read {
                unread.push(field);
            }
        };
        let person = typed.person.trim();
        let whose = match person {
            "" => None,
            text => Uuid::parse_str(text).map_or_else(
                |_| Email::parse(text).ok().map(Whose::Email),
                |id| Some(Whose::Account(AccountId(id))),
            ),
        };
        read(Field::Person, person.is_empty() || whose.is_some());
        let act = typed.act.trim();
        read(Field::Act, act.is_empty() || is_act(act));
        let (from, to) = (typed.from.trim(), typed.to.trim());
        let (first, last) = (day(from), day(to));
        read(Field::From, from.is_empty() || first.is_some());
        read(Field::To, to.is_empty() || last.is_some());
        let reference = typed.reference.trim().to_ascii_uppercase();
        read(
            Field::Reference,
            reference.is_empty() || is_reference(&reference),
        );
        if !unread.is_empty() {
            return Err(unread);
        }
        let mut stretch = Stretch::whole();
        if let Some(first) = first {
            stretch = stretch.after(Place::before(first));
        }
        if let Some(last) = last {
            stretch = stretch.before(Place::before(last + Duration::DAY));
        }
        Ok(Self {
            whose,
            acts: (!act.is_empty()).then(|| acts(act)),
            reference: (!reference.is_empty()).then_some(reference),
            stretch,
        })
    }
}

/// The begin of a day in UTC. Days before 1970 and after 9000 are none of the record's.
fn day(text: &str) -> Option<OffsetDateTime> {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let year: i32 = year.parse().ok()?;
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, day.parse().ok()?).ok()?;
    (1970..=9000)
        .contains(&year)
        .then(|| date.midnight().assume_utc())
}

fn is_act(text: &str) -> bool {
    text.len() <= LONGEST_ACT
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"._-".contains(&byte))
}

fn is_reference(text: &str) -> bool {
    text.len() <= LONGEST_REFERENCE
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn typed(change: impl FnOnce(&mut Typed)) -> Result<Filter, Vec<Field>> {
        let mut typed = Typed::default();
        change(&mut typed);
        Filter::read(&typed)
    }

    #[test]
    fn nothing_typed_asks_for_all() {
        let filter = typed(|_| ()).unwrap();
        assert_eq!(filter.stretch, Stretch::whole());
        assert_eq!(
            (filter.whose, filter.acts, filter.reference),
            (None, None, None)
        );
        assert_eq!(typed(|typed| typed.person = "  ".into()), typed(|_| ()));
    }

    #[test]
    fn a_person_is_typed_as_an_e_mail_or_an_id() {
        let id = "0190a000-0000-7000-8000-000000000001";
        let filter = typed(|typed| typed.person = format!(" {id} ")).unwrap();
        let account = AccountId(Uuid::parse_str(id).unwrap());
        assert_eq!(filter.whose, Some(Whose::Account(account)));
        let filter = typed(|typed| typed.person = "D.Whitlock@harbourlane.test".into()).unwrap();
        assert!(matches!(filter.whose, Some(Whose::Email(_))));
        for text in ["dana", "d@", "0190a000", "a@b@c"] {
            assert_eq!(
                typed(|typed| typed.person = text.into()),
                Err(vec![Field::Person]),
                "{text}"
            );
        }
    }

    #[test]
    fn days_count_from_their_begin_to_their_end() {
        let filter = typed(|typed| {
            typed.from = "2026-11-22".into();
            typed.to = "2026-11-22".into();
        })
        .unwrap();
        assert_eq!(filter.stretch.after.at, datetime!(2026-11-22 0:00 UTC));
        assert_eq!(filter.stretch.before.at, datetime!(2026-11-23 0:00 UTC));
        for text in [
            "22.11.2026",
            "2026-02-30",
            "2026-13-01",
            "2026-11",
            "2026-11-22-1",
            "0000-01-01",
            "9999-12-31",
            "1969-12-31",
            "x",
        ] {
            assert_eq!(
                typed(|typed| typed.from = text.into()),
                Err(vec![Field::From]),
                "{text}"
            );
        }
    }

    #[test]
    fn acts_and_references_are_plain_words() {
        let filter = typed(|typed| {
            typed.act = "roles".into();
            typed.reference = " 7q4k-92mx ".into();
        })
        .unwrap();
        assert_eq!(filter.acts.unwrap().len(), 4);
        assert_eq!(filter.reference.unwrap(), "7Q4K-92MX");
        let filter = typed(|typed| typed.act = "session.opened".into()).unwrap();
        assert_eq!(filter.acts.unwrap(), ["session.opened"]);
        let unread = typed(|typed| {
            typed.act = "<b>".into();
            typed.reference = "7Q4K 92".into();
            typed.to = "soon".into();
        });
        assert_eq!(unread, Err(vec![Field::Act, Field::To, Field::Reference]));
    }
}
