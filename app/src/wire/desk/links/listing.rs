//! A list of links as its URL says it: what is shown, how it is sorted, which columns, which page.
//!
//! Whatever can be read is taken, and the rest is passed over: a URL that somebody kept for long, or
//! mistyped, still shows a list. Printed again, it is in one order and without what goes without saying.

use form_urlencoded::{Serializer, parse};

use super::{Column, Connection, InRoster, Origin, Part, words::Word};
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
    /// What the roster says of the person.
    pub roster: InRoster,
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
            "firm" | "region" | "clio_role" | "enabled" | "not_seen" => {
                self.roster.take(name, value);
            }
            "column" => add(&mut self.columns, value),
            "sort" => {
                let column = Word::read(value).filter(|column: &Column| !column.is_of_roster());
                self.sort = column.filter(|column| *column != Column::Linked);
            }
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
        for (name, value) in self.parts().into_iter().map(Part::pair) {
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

    /// What a review of the list is about: its filter, and nothing of how it is shown. Only links that
    /// are connected can be reviewed.
    #[must_use]
    pub fn to_review(&self) -> Self {
        Self {
            connection: Connection::default(),
            sort: None,
            reversed: false,
            columns: Vec::new(),
            turn: None,
            ..self.clone()
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
    use super::{super::RosterLogin, *};
    use crate::wire::Region;

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
                roster: InRoster {
                    firm: [None, Some("us:20001".to_owned())][pick(2) as usize].clone(),
                    region: [None, Some(Region::Eu)][pick(2) as usize],
                    role: [None, Some("Billing & Co".to_owned())][pick(2) as usize].clone(),
                    login: [None, Some(RosterLogin::Gone), Some(RosterLogin::Absent)]
                        [pick(3) as usize],
                    not_seen: [None, Some(1), Some(9999)][pick(3) as usize],
                },
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
    fn a_review_is_about_what_is_filtered_and_connected() {
        let list = Listing::read("q=anna&connection=either&column=role&sort=used&after=0.1.2");
        assert_eq!(list.to_review().query(), "q=anna");
        for listing in listings().take(2_000) {
            let reviewed = listing.to_review();
            let parts = reviewed.parts();
            assert!(parts.iter().all(|part| listing.parts().contains(part)));
            assert_eq!(Listing::read(&reviewed.query()), reviewed);
        }
    }

    #[test]
    fn columns_keep_their_order() {
        let list = Listing::read("column=used&column=person");
        assert_eq!(list.shown(), [Column::Person, Column::Used]);
        assert_eq!(Listing::default().shown(), Column::USUAL);
    }
}
