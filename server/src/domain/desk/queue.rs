//! What waits for a decision: how an item is named, where a page of the queue begins, and what is alike
//! and what differs between a person who waits and somebody who is here already.

use std::{fmt, str::FromStr};

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{
    account::{AccountId, Unknown},
    email::Email,
    name::full_name,
};

/// The most items of a page, and of a decision about several.
pub const MOST: usize = 50;

/// Something that waits for a decision. Its text is a letter and 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// An account that isn't let in yet.
    Account(AccountId),
    /// A case, by its id.
    Case(Uuid),
}

impl Item {
    /// The id of the account or of the case.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Account(account) => account.0,
            Self::Case(case) => case,
        }
    }

    /// Reads items apart by dots, each once, in their order; `None` for anything else, and for more than
    /// [`MOST`].
    pub fn parse_all(text: &str) -> Option<Vec<Self>> {
        let mut items = Vec::new();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let item = part.parse().ok()?;
            if !items.contains(&item) {
                items.push(item);
            }
            if items.len() > MOST {
                return None;
            }
        }
        Some(items)
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(f, "a{}", account.0.simple()),
            Self::Case(case) => write!(f, "c{}", case.simple()),
        }
    }
}

impl FromStr for Item {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let unknown = Unknown("item of the queue");
        let (kind, digits) = text.split_at_checked(1).ok_or(unknown)?;
        let id = Uuid::try_parse(digits).map_err(|_| unknown)?;
        match kind {
            "a" => Ok(Self::Account(AccountId(id))),
            "c" => Ok(Self::Case(id)),
            _ => Err(unknown),
        }
    }
}

/// A place between two items: that of an item which waits since `at`. Its text is microseconds and the
/// id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Since when it waits.
    pub at: OffsetDateTime,
    /// Its id.
    pub id: Uuid,
}

impl Place {
    /// Before everything.
    pub const BEGINNING: Self = Self {
        at: OffsetDateTime::UNIX_EPOCH,
        id: Uuid::nil(),
    };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.at.unix_timestamp_nanos() / 1000;
        write!(f, "{micros}-{}", self.id.simple())
    }
}

impl FromStr for Place {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let unknown = Unknown("place in the queue");
        let (micros, id) = text.split_once('-').ok_or(unknown)?;
        let micros: u64 = micros.parse().map_err(|_| unknown)?;
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
            .map_err(|_| unknown)?;
        let id = Uuid::try_parse(id).map_err(|_| unknown)?;
        Ok(Self { at, id })
    }
}

/// What a page of the queue is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// New accounts that wait to be let in.
    Accounts,
    /// Logins that ask to be linked.
    Links,
    /// Other e-mails at Clio.
    Emails,
    /// What people said wasn't them.
    NotMe,
    /// New accounts whose person is asked for the code from the mailbox, which lets them in.
    Mailbox,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Accounts,
        Self::Links,
        Self::Emails,
        Self::NotMe,
        Self::Mailbox,
    ];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Links => "links",
            Self::Emails => "emails",
            Self::NotMe => "not-me",
            Self::Mailbox => "mailbox",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What an administrator does about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Lets in; does what is asked.
    Approve,
    /// Doesn't; a reason is asked for.
    Decline,
    /// Asks the person for more proof first.
    Ask,
}

impl Act {
    /// The word in SQL and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Ask => "ask",
        }
    }

    /// The act with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Approve, Self::Decline, Self::Ask]
            .into_iter()
            .find(|act| act.as_str() == word)
    }
}

/// Why an account may be that of a person who waits; the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The very Clio login opened it before.
    SameLogin,
    /// The account has the same e-mail.
    SameEmail,
    /// A Clio login of the account has the same e-mail.
    SameClioEmail,
    /// First and last name are the same, in either order, without case and accents.
    SameName,
    /// The e-mail has the same beginning, at another place.
    SameLocalPart,
    /// The e-mail is at the same place. Says little by itself.
    SameDomain,
}

/// What is compared of a person.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// E-mail.
    pub email: &'a str,
}

/// What differs between two descriptions of what may be one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differences {
    /// The names, byte for byte.
    pub name: bool,
    /// The e-mails, ASCII case aside.
    pub email: bool,
}

/// Compares two people.
pub fn differences(one: Person<'_>, other: Person<'_>) -> Differences {
    let name = |person: Person<'_>| full_name(person.first_name, person.last_name, "");
    Differences {
        name: name(one) != name(other),
        email: !one.email.eq_ignore_ascii_case(other.email),
    }
}

/// Whether two e-mails are at the same place.
pub fn is_same_domain(one: &str, other: &str) -> bool {
    match (Email::parse(one), Email::parse(other)) {
        (Ok(one), Ok(other)) => one.domain() == other.domain(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_as_they_are_written_and_nothing_else_is() {
        let id = Uuid::from_u128(7);
        for item in [Item::Account(AccountId(id)), Item::Case(id)] {
            assert_eq!(item.to_string().parse(), Ok(item));
        }
        for odd in ["", "a", "x00000000000000000000000000000007", "aé", "é"] {
            assert!(odd.parse::<Item>().is_err(), "{odd}");
        }
    }

    #[test]
    fn several_items_are_read_in_their_order_each_once_and_not_too_many() {
        let item = |id| Item::Case(Uuid::from_u128(id));
        let text = |items: &[Item]| {
            items
                .iter()
                .map(Item::to_string)
                .collect::<Vec<_>>()
                .join(".")
        };
        assert_eq!(
            Item::parse_all(&format!(".{}.", text(&[item(2), item(1), item(2)]))),
            Some(vec![item(2), item(1)])
        );
        assert_eq!(Item::parse_all(""), Some(Vec::new()));
        assert_eq!(Item::parse_all("c1.x"), None);
        let many: Vec<Item> = (0..=MOST as u128).map(item).collect();
        assert_eq!(Item::parse_all(&text(&many)), None);
        assert!(Item::parse_all(&text(&many[1..])).is_some());
    }

    #[test]
    fn places_keep_the_microsecond_that_the_database_keeps() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_795_000_000_123_456_000).unwrap();
        let place = Place {
            at,
            id: Uuid::from_u128(9),
        };
        assert_eq!(place.to_string().parse(), Ok(place));
        for odd in ["", "-", "1-", "x-00000000000000000000000000000009", "-1-0"] {
            assert!(odd.parse::<Place>().is_err(), "{odd}");
        }
        let beyond = format!("{}-{}", u64::MAX, Uuid::nil().simple());
        assert!(beyond.parse::<Place>().is_err());
    }

    #[test]
    fn kinds_and_acts_are_found_by_their_words() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::from_word("everything"), None);
        for act in [Act::Approve, Act::Decline, Act::Ask] {
            assert_eq!(Act::from_word(act.as_str()), Some(act));
        }
    }

    #[test]
    fn what_differs_is_told_and_the_case_of_an_e_mail_is_no_difference() {
        let dana = Person {
            first_name: "Dana",
            last_name: "Whitlock",
            email: "d.whitlock@firm.test",
        };
        let again = Person {
            email: "D.Whitlock@FIRM.test",
            ..dana
        };
        let another = Person {
            last_name: "Whitlock-Osei",
            email: "dana@firm.test",
            ..dana
        };
        let told = |other| {
            let Differences { name, email } = differences(dana, other);
            (name, email)
        };
        assert_eq!(told(again), (false, false));
        assert_eq!(told(another), (true, true));
        assert!(is_same_domain(dana.email, again.email));
        assert!(!is_same_domain(dana.email, "dana@notfirm.test"));
        assert!(!is_same_domain("nothing", "nothing"));
    }
}
