//! A list of links as its URL says it: what is shown, how it is sorted, which columns, which page.
//!
//! Whatever can be read is taken, and the rest is passed over: a URL that somebody kept for long, or
//! mistyped, still shows a list. Printed again, it is in one order and without what goes without saying.

use form_urlencoded::{Serializer, parse};

use crate::wire::{LinkMethod, Role, Status};

/// A list of links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// What is searched for, as typed.
    pub search: String,
    /// Connected ones, disconnected ones, or both.
    pub connection: Connection,
    /// The states of the account; empty for any. So are the other lists of values.
    pub statuses: Vec<Status>,
    /// The roles of the account.
    pub roles: Vec<Role>,
    /// How it was proved.
    pub methods: Vec<LinkMethod>,
    /// What made the account.
    pub origins: Vec<Origin>,
    /// Whether it was reviewed.
    pub reviewed: Option<bool>,
    /// Whether the e-mails differ.
    pub drifted: Option<bool>,
    /// Not used for so many days, 1 to 9999.
    pub dormant: Option<u16>,
    /// Linked on this day or later: YYYY-MM-DD.
    pub linked_from: Option<String>,
    /// Linked on this day or before.
    pub linked_to: Option<String>,
    /// What it is sorted by, where it isn't [`Column::Linked`].
    pub sort: Option<Column>,
    /// Whether the other way round than the column is by itself.
    pub reversed: bool,
    /// The columns that were chosen; empty for [`Column::USUAL`].
    pub columns: Vec<Column>,
    /// Which page; the first when `None`.
    pub turn: Option<Turn>,
}

/// Which page of a list, beside a place in it. The place is the server's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The one behind.
    After(String),
    /// The one before.
    Before(String),
    /// The last one.
    Last,
}

/// A value that has a word in URLs.
trait Word: Copy + PartialEq + 'static {
    /// All values with their words.
    const WORDS: &'static [(Self, &'static str)];

    fn read(text: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(_, word)| *word == text);
        found.map(|(value, _)| *value)
    }

    fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(value, _)| *value == self);
        found.map_or("", |(_, word)| word)
    }
}

macro_rules! words {
    ($type:ident: $($value:ident = $word:literal),+ $(,)?) => {
        impl Word for $type {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$value, $word)),+];
        }

        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word in the URL.
            pub fn word(self) -> &'static str {
                Word::word(self)
            }
        }
    };
}

/// Whether a login is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// It is.
    #[default]
    Connected,
    /// It was.
    Disconnected,
    /// It is or was.
    Either,
}

words!(Connection: Connected = "connected", Disconnected = "disconnected", Either = "either");

/// What made an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Its first sign-in.
    SignIn,
    /// An administrator's invitation.
    Invitation,
    /// An administrator's list.
    Import,
    /// The command line.
    CommandLine,
}

words!(Origin: SignIn = "sign_in", Invitation = "invitation", Import = "import", CommandLine = "command_line");

/// How a login and an account found each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// The account was made for the login.
    NewAccount,
    /// By the e-mail.
    Email,
    /// By an invitation's one-time link.
    Invitation,
    /// The person was signed in to the account.
    Session,
    /// The person asked, and an administrator decided.
    Case,
}

/// A column of the list. Each can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The person's name.
    Person,
    /// The account's e-mail.
    Email,
    /// The e-mail at Clio.
    ClioEmail,
    /// The account's state.
    Status,
    /// The account's role.
    Role,
    /// How it was proved.
    Proof,
    /// How login and account found each other.
    Matched,
    /// Since when, and from where.
    Linked,
    /// The last sign-in with it.
    Used,
    /// Whether the e-mails differ.
    Drift,
    /// By whom it was reviewed, and when.
    Reviewed,
}

words!(
    Column:
    Person = "person",
    Email = "email",
    ClioEmail = "clio_email",
    Status = "status",
    Role = "role",
    Proof = "proof",
    Matched = "matched",
    Linked = "linked",
    Used = "used",
    Drift = "drift",
    Reviewed = "reviewed",
);

impl Column {
    /// The columns that are shown when none were chosen.
    pub const USUAL: [Self; 7] = [
        Self::Person,
        Self::Email,
        Self::Status,
        Self::Proof,
        Self::Linked,
        Self::Used,
        Self::Drift,
    ];

    /// Whether it is sorted with the greatest first when nothing else is said: the latest, of times.
    pub const fn is_descending_by_itself(self) -> bool {
        matches!(
            self,
            Self::Linked | Self::Used | Self::Reviewed | Self::Drift
        )
    }
}

impl Word for Status {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Active, "active"),
        (Self::Pending, "pending"),
        (Self::Suspended, "suspended"),
        (Self::Invited, "invited"),
        (Self::Deleted, "deleted"),
    ];
}

impl Word for Role {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Member, "member"),
        (Self::Reviewer, "reviewer"),
        (Self::Admin, "admin"),
        (Self::Owner, "owner"),
    ];
}

impl Word for LinkMethod {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::FirstSignIn, "first_sign_in"),
        (Self::Password, "password"),
        (Self::Code, "code"),
        (Self::LinkedSignIn, "linked_sign_in"),
        (Self::Claim, "claim"),
        (Self::Session, "session"),
        (Self::Administrator, "administrator"),
    ];
}

/// A part of a filter, which can be taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The search.
    Search(String),
    /// Not only connected ones.
    Connection(Connection),
    /// A state.
    Status(Status),
    /// A role.
    Role(Role),
    /// A proof.
    Method(LinkMethod),
    /// What made the account.
    Origin(Origin),
    /// Reviewed or not.
    Reviewed(bool),
    /// Drifted or not.
    Drifted(bool),
    /// Not used for so many days.
    Dormant(u16),
    /// Linked then or later.
    LinkedFrom(String),
    /// Linked then or before.
    LinkedTo(String),
}

/// The longest search, in characters.
const LONGEST_SEARCH: usize = 200;

impl Listing {
    /// Reads a query string, without its question mark.
    pub fn read(query: &str) -> Self {
        let mut listing = Self::default();
        for (name, value) in parse(query.as_bytes()) {
            listing.take(&name, &value);
        }
        // A form sends the columns that are ticked, also when they are the usual ones.
        if !listing.columns.is_empty() && listing.shown() == Column::USUAL {
            listing.columns.clear();
        }
        listing
    }

    fn take(&mut self, name: &str, value: &str) {
        fn add<T: Word>(values: &mut Vec<T>, word: &str) {
            if let Some(value) = T::read(word).filter(|value| !values.contains(value)) {
                values.push(value);
            }
        }
        let yes_or_no = || match value {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        match name {
            "q" => self.search = value.trim().chars().take(LONGEST_SEARCH).collect(),
            "connection" => self.connection = Word::read(value).unwrap_or_default(),
            "status" => add(&mut self.statuses, value),
            "role" => add(&mut self.roles, value),
            "proof" => add(&mut self.methods, value),
            "created_by" => add(&mut self.origins, value),
            "reviewed" => self.reviewed = yes_or_no(),
            "drift" => self.drifted = yes_or_no(),
            "dormant" => {
                let days = value.trim().parse().ok();
                self.dormant = days.filter(|days| (1..=9999).contains(days));
            }
            "linked_from" => self.linked_from = day(value),
            "linked_to" => self.linked_to = day(value),
            "column" => add(&mut self.columns, value),
            "sort" => self.sort = Word::read(value).filter(|column| *column != Column::Linked),
            "order" => self.reversed = value == "reversed",
            "after" => self.turn = Some(Turn::After(value.to_owned())),
            "before" => self.turn = Some(Turn::Before(value.to_owned())),
            "page" if value == "last" => self.turn = Some(Turn::Last),
            _ => {}
        }
    }

    /// The query string, without a question mark; empty for the list that needs none.
    pub fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in self.filter_pairs() {
            query.append_pair(name, &value);
        }
        if let Some(column) = self.sort {
            query.append_pair("sort", column.word());
        }
        if self.reversed {
            query.append_pair("order", "reversed");
        }
        for column in &self.columns {
            query.append_pair("column", column.word());
        }
        match &self.turn {
            None => &mut query,
            Some(Turn::After(place)) => query.append_pair("after", place),
            Some(Turn::Before(place)) => query.append_pair("before", place),
            Some(Turn::Last) => query.append_pair("page", "last"),
        };
        query.finish()
    }

    fn filter_pairs(&self) -> Vec<(&'static str, String)> {
        let parts = self.parts();
        let pairs = parts.into_iter().map(|part| match part {
            Part::Search(text) => ("q", text),
            Part::Connection(connection) => ("connection", connection.word().to_owned()),
            Part::Status(status) => ("status", Word::word(status).to_owned()),
            Part::Role(role) => ("role", Word::word(role).to_owned()),
            Part::Method(method) => ("proof", Word::word(method).to_owned()),
            Part::Origin(origin) => ("created_by", origin.word().to_owned()),
            Part::Reviewed(is) => ("reviewed", if is { "yes" } else { "no" }.to_owned()),
            Part::Drifted(has) => ("drift", if has { "yes" } else { "no" }.to_owned()),
            Part::Dormant(days) => ("dormant", days.to_string()),
            Part::LinkedFrom(day) => ("linked_from", day),
            Part::LinkedTo(day) => ("linked_to", day),
        });
        pairs.collect()
    }

    /// The path of the list.
    pub fn path(&self) -> String {
        Self::at("/admin/links", &self.query())
    }

    /// The path of the download of all that the list shows.
    pub fn download(&self) -> String {
        let all = Self {
            columns: Vec::new(),
            turn: None,
            ..self.clone()
        };
        Self::at("/admin/links.csv", &all.query())
    }

    fn at(path: &str, query: &str) -> String {
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// The parts of the filter.
    pub fn parts(&self) -> Vec<Part> {
        let search = (!self.search.is_empty()).then(|| Part::Search(self.search.clone()));
        let connection =
            (self.connection != Connection::default()).then_some(Part::Connection(self.connection));
        search
            .into_iter()
            .chain(connection)
            .chain(self.statuses.iter().copied().map(Part::Status))
            .chain(self.roles.iter().copied().map(Part::Role))
            .chain(self.methods.iter().copied().map(Part::Method))
            .chain(self.origins.iter().copied().map(Part::Origin))
            .chain(self.reviewed.map(Part::Reviewed))
            .chain(self.drifted.map(Part::Drifted))
            .chain(self.dormant.map(Part::Dormant))
            .chain(self.linked_from.clone().map(Part::LinkedFrom))
            .chain(self.linked_to.clone().map(Part::LinkedTo))
            .collect()
    }

    /// The same list without a part of its filter, from its first page.
    #[must_use]
    pub fn without(&self, part: &Part) -> Self {
        let mut listing = Self {
            turn: None,
            ..self.clone()
        };
        match part {
            Part::Search(_) => listing.search.clear(),
            Part::Connection(_) => listing.connection = Connection::default(),
            Part::Status(status) => listing.statuses.retain(|it| it != status),
            Part::Role(role) => listing.roles.retain(|it| it != role),
            Part::Method(method) => listing.methods.retain(|it| it != method),
            Part::Origin(origin) => listing.origins.retain(|it| it != origin),
            Part::Reviewed(_) => listing.reviewed = None,
            Part::Drifted(_) => listing.drifted = None,
            Part::Dormant(_) => listing.dormant = None,
            Part::LinkedFrom(_) => listing.linked_from = None,
            Part::LinkedTo(_) => listing.linked_to = None,
        }
        listing
    }

    /// The same list without any filter, from its first page.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self {
            sort: self.sort,
            reversed: self.reversed,
            columns: self.columns.clone(),
            ..Self::default()
        }
    }

    /// The same list on another page.
    #[must_use]
    pub fn turned(&self, turn: Option<Turn>) -> Self {
        Self {
            turn,
            ..self.clone()
        }
    }

    /// The word for a state in the URL.
    pub fn status_word(status: Status) -> &'static str {
        status.word()
    }

    /// The word for a role in the URL.
    pub fn role_word(role: Role) -> &'static str {
        role.word()
    }

    /// The word for a proof in the URL.
    pub fn method_word(method: LinkMethod) -> &'static str {
        method.word()
    }

    /// What it is sorted by.
    pub fn sorted_by(&self) -> Column {
        self.sort.unwrap_or(Column::Linked)
    }

    /// Whether the greatest comes first.
    pub fn is_descending(&self) -> bool {
        self.sorted_by().is_descending_by_itself() != self.reversed
    }

    /// The same list sorted by a column, from its first page: the other way round where it is sorted by it
    /// already.
    #[must_use]
    pub fn sorted(&self, column: Column) -> Self {
        Self {
            sort: Some(column).filter(|column| *column != Column::Linked),
            reversed: self.sorted_by() == column && !self.reversed,
            turn: None,
            ..self.clone()
        }
    }

    /// The columns that are shown, in their order.
    pub fn shown(&self) -> Vec<Column> {
        let chosen: &[Column] = if self.columns.is_empty() {
            &Column::USUAL
        } else {
            &self.columns
        };
        let all = Column::ALL.iter().copied();
        all.filter(|column| chosen.contains(column)).collect()
    }
}

/// A day as YYYY-MM-DD, if it looks like one.
fn day(text: &str) -> Option<String> {
    let is_day = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_day.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some of them, none as well.
    fn some<T: Copy>(all: &[T], count: u32) -> Vec<T> {
        all.iter()
            .copied()
            .cycle()
            .skip(count as usize / 3)
            .take(count as usize % 3)
            .collect()
    }

    /// Every way to combine what a URL may say, one after the other: a counter in mixed bases.
    fn listings() -> impl Iterator<Item = Listing> {
        (0..20_000_u32).map(|seed| {
            let mut rest = seed.wrapping_mul(2_654_435_761);
            let mut pick = |of: u32| {
                rest = rest.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (rest >> 8) % of
            };
            Listing {
                search: ["", "anna", "a&b=c", "100%", "é ß", "x+y"][pick(6) as usize].to_owned(),
                connection: Connection::ALL[pick(3) as usize],
                statuses: some(&[Status::Active, Status::Pending, Status::Deleted], pick(9)),
                roles: some(&[Role::Member, Role::Owner, Role::Admin], pick(9)),
                methods: some(
                    &[LinkMethod::Code, LinkMethod::Claim, LinkMethod::Session],
                    pick(9),
                ),
                origins: some(Origin::ALL, pick(9)),
                reviewed: [None, Some(true), Some(false)][pick(3) as usize],
                drifted: [None, Some(true), Some(false)][pick(3) as usize],
                dormant: [None, Some(1), Some(9999)][pick(3) as usize],
                linked_from: [None, Some("2026-01-31".to_owned())][pick(2) as usize].clone(),
                linked_to: [None, Some("2026-12-01".to_owned())][pick(2) as usize].clone(),
                sort: [None, Some(Column::Person), Some(Column::Used)][pick(3) as usize],
                reversed: pick(2) == 1,
                columns: some(Column::ALL, pick(30)),
                turn: [
                    None,
                    Some(Turn::After("0.1.~é&".to_owned())),
                    Some(Turn::Before("1".to_owned())),
                    Some(Turn::Last),
                ][pick(4) as usize]
                    .clone(),
            }
        })
    }

    #[test]
    fn what_a_list_prints_it_reads_again() {
        for listing in listings() {
            assert_eq!(
                Listing::read(&listing.query()),
                listing,
                "{}",
                listing.query()
            );
        }
    }

    #[test]
    fn the_plain_list_needs_no_query_and_anything_can_be_read() {
        assert_eq!(Listing::default().path(), "/admin/links");
        for query in [
            "",
            "&&=&q",
            "status=&role=emperor&proof=%00&sort=%ff&column=all",
            "dormant=0&dormant=-1&dormant=70000&linked_from=2026-1-1&linked_to=yesterday",
            "reviewed=maybe&drift=1&connection=wifi&page=2&unknown=1",
        ] {
            assert_eq!(Listing::read(query), Listing::default(), "{query}");
        }
    }

    #[test]
    fn each_part_of_a_filter_can_be_taken_off() {
        for listing in listings().take(2_000) {
            let mut left = listing.clone();
            for part in listing.parts() {
                let fewer = left.without(&part);
                assert_eq!(fewer.parts().len() + 1, left.parts().len(), "{part:?}");
                left = fewer;
            }
            assert_eq!(left, listing.unfiltered());
        }
    }

    #[test]
    fn a_column_is_sorted_the_other_way_round_when_it_is_asked_for_again() {
        let list = Listing::default();
        assert!(list.is_descending() && list.sorted_by() == Column::Linked);
        assert!(!list.sorted(Column::Linked).is_descending());
        let by_person = list.sorted(Column::Person);
        assert!(!by_person.is_descending() && by_person.sorted_by() == Column::Person);
        assert!(by_person.sorted(Column::Person).is_descending());
        assert_eq!(by_person.sorted(Column::Linked), list);
    }

    #[test]
    fn a_download_has_everything_that_the_list_shows() {
        let list = Listing::read("q=anna&column=role&sort=used&after=0.1.2");
        assert_eq!(list.download(), "/admin/links.csv?q=anna&sort=used");
    }

    #[test]
    fn columns_keep_their_order() {
        let list = Listing::read("column=used&column=person");
        assert_eq!(list.shown(), [Column::Person, Column::Used]);
        assert_eq!(Listing::default().shown(), Column::USUAL);
    }
}
