//! One row of a list: a person to invite, or what is wrong with it.

use super::columns::{Columns, Field};
use crate::domain::{email::Email, name::Name};

/// What stands for bytes that weren't text.
const UNREADABLE: char = '\u{fffd}';

/// Somebody to invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The e-mail.
    pub email: Email,
    /// The first name; may be empty.
    pub first_name: Name,
    /// The last name; may be empty.
    pub last_name: Name,
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// No e-mail stands there.
    EmailMissing,
    /// It isn't an e-mail.
    EmailMalformed,
    /// A name that is too long or holds characters that no name has.
    NameMalformed,
    /// It goes on in the next line: a quotation mark is missing, or one too many.
    LineBreak,
    /// It holds characters that weren't stored as UTF-8.
    Undecodable,
    /// A cell beyond the columns that the first line names: a separator stands inside a name.
    CellTooMany,
}

impl Mistake {
    /// All mistakes, for tables and tests.
    pub const ALL: [Self; 6] = [
        Self::EmailMissing,
        Self::EmailMalformed,
        Self::NameMalformed,
        Self::LineBreak,
        Self::Undecodable,
        Self::CellTooMany,
    ];

    /// The word in SQL and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailMissing => "email_missing",
            Self::EmailMalformed => "email_malformed",
            Self::NameMalformed => "name_malformed",
            Self::LineBreak => "line_break",
            Self::Undecodable => "undecodable",
            Self::CellTooMany => "cell_too_many",
        }
    }
}

/// A mistake and the column it is in, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The column.
    pub place: usize,
    /// What is wrong.
    pub mistake: Mistake,
}

impl Person {
    /// Reads a row. Cells that are missing at its end are empty; spaces around a cell don't count.
    ///
    /// # Errors
    /// All its mistakes, from left to right.
    pub fn read(columns: &Columns, cells: &[&str]) -> Result<Self, Vec<Misplaced>> {
        let mut mistakes = Vec::new();
        let email = parse(columns, cells, Field::Email, email, &mut mistakes);
        let first_name = parse(columns, cells, Field::FirstName, name, &mut mistakes);
        let last_name = parse(columns, cells, Field::LastName, name, &mut mistakes);
        let beyond = cells.iter().skip(columns.count());
        if let Some((place, _)) = (columns.count()..)
            .zip(beyond)
            .find(|(_, cell)| !is_empty(cell))
        {
            mistakes.push(Misplaced {
                place,
                mistake: Mistake::CellTooMany,
            });
        }
        mistakes.sort_by_key(|misplaced| misplaced.place);
        match (email, mistakes.as_slice()) {
            (Some(email), []) => Ok(Self {
                email,
                first_name: first_name.unwrap_or_default(),
                last_name: last_name.unwrap_or_default(),
            }),
            _ => Err(mistakes),
        }
    }
}

fn is_empty(cell: &str) -> bool {
    cell.trim().is_empty()
}

/// What a row says in the column of a field, if there is such a column and nothing is wrong with it.
fn parse<T>(
    columns: &Columns,
    cells: &[&str],
    field: Field,
    parse: impl FnOnce(&str) -> Result<T, Mistake>,
    mistakes: &mut Vec<Misplaced>,
) -> Option<T> {
    let place = columns.place(field)?;
    let cell = cells.get(place).copied().unwrap_or_default().trim();
    let parsed = if cell.contains(UNREADABLE) {
        Err(Mistake::Undecodable)
    } else if cell.contains(['\r', '\n']) {
        Err(Mistake::LineBreak)
    } else {
        parse(cell)
    };
    parsed
        .map_err(|mistake| mistakes.push(Misplaced { place, mistake }))
        .ok()
}

fn email(cell: &str) -> Result<Email, Mistake> {
    if cell.is_empty() {
        return Err(Mistake::EmailMissing);
    }
    Email::parse(cell).map_err(|_| Mistake::EmailMalformed)
}

fn name(cell: &str) -> Result<Name, Mistake> {
    Name::parse(cell).map_err(|_| Mistake::NameMalformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str]) -> Result<Person, Vec<(usize, Mistake)>> {
        let columns = Columns::read(&["email", "first name", "office", "last name"]).unwrap();
        Person::read(&columns, cells).map_err(|mistakes| {
            mistakes
                .into_iter()
                .map(|misplaced| (misplaced.place, misplaced.mistake))
                .collect()
        })
    }

    #[test]
    fn a_row_is_read_with_spaces_around_its_cells_and_cells_missing_at_its_end() {
        let person = read(&[" Dana@Firm.test\u{a0}", " Dana ", "Oslo", "Whitlock"]).unwrap();
        let told = (
            person.email.as_str(),
            person.first_name.as_str(),
            person.last_name.as_str(),
        );
        assert_eq!(told, ("Dana@Firm.test", "Dana", "Whitlock"));
        let person = read(&["dana@firm.test"]).unwrap();
        assert_eq!(
            (person.first_name.as_str(), person.last_name.as_str()),
            ("", "")
        );
        assert!(read(&["dana@firm.test", "", "", "", "", " "]).is_ok());
    }

    #[test]
    fn each_mistake_is_told_with_its_column() {
        let long = "x".repeat(101);
        let cases = [
            (vec![], vec![(0, Mistake::EmailMissing)]),
            (vec!["  ", "Dana"], vec![(0, Mistake::EmailMissing)]),
            (vec!["dana@firm"], vec![(0, Mistake::EmailMalformed)]),
            (
                vec!["a@firm.test;b@firm.test"],
                vec![(0, Mistake::EmailMalformed)],
            ),
            (
                vec!["dana@firm.test", "D\u{202e}a", "", &long],
                vec![(1, Mistake::NameMalformed), (3, Mistake::NameMalformed)],
            ),
            (
                vec!["dana@firm.test", "Dana\nikram@firm.test"],
                vec![(1, Mistake::LineBreak)],
            ),
            (
                vec!["dana@firm.test", "J\u{fffd}rg"],
                vec![(1, Mistake::Undecodable)],
            ),
            (
                vec!["dana@", "", "", "Whitlock", "", "Jr."],
                vec![(0, Mistake::EmailMalformed), (5, Mistake::CellTooMany)],
            ),
        ];
        for (cells, mistakes) in cases {
            assert_eq!(read(&cells), Err(mistakes), "{cells:?}");
        }
    }

    #[test]
    fn a_column_that_is_not_read_may_hold_anything() {
        assert!(read(&["dana@firm.test", "", "two\nlines \u{fffd}"]).is_ok());
    }
}
