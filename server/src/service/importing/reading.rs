//! From text to rows: what people paste out of a spreadsheet, or save from one.
//!
//! Commas, semicolons or tabs between the cells; quotation marks around them where need be (RFC 4180);
//! any ends of lines; a byte order mark or none.

use csv::{ReaderBuilder, StringRecord};

use crate::domain::desk::import::{Columns, MAX_ROWS, Misplaced, Person, Repeats, Unreadable};

/// A row and where it begins.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The line, from 1.
    pub line: u32,
    /// What it says.
    pub says: Says,
}

/// What a row says.
#[derive(Debug, PartialEq, Eq)]
pub enum Says {
    /// A person whom no earlier row names.
    New(Person),
    /// A person whom an earlier row names.
    Repeats {
        /// The person.
        person: Person,
        /// The line of the earlier row.
        line: u32,
    },
    /// Mistakes.
    Wrong {
        /// What is wrong where.
        mistakes: Vec<Misplaced>,
        /// The cells as they are.
        cells: Vec<String>,
    },
}

/// A list that was read.
#[derive(Debug)]
pub struct List {
    /// Its columns.
    pub columns: Columns,
    /// Its rows, in their order; never none.
    pub rows: Vec<Row>,
}

/// Reads a list.
///
/// # Errors
/// [`Unreadable`] for what has no row, no usable line of columns, or too many rows.
pub fn read(text: &str) -> Result<List, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut lines = Lines::new(&text);
    let mut columns = None;
    let mut rows = Vec::new();
    let mut repeats = Repeats::default();
    // Text is UTF-8 and in memory, and rows may be of any length: nothing is left that fails.
    while reader.read_record(&mut record).unwrap_or(false) {
        let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
        let cells: Vec<&str> = record.iter().collect();
        // What spreadsheets leave around a table.
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(Columns::read(&cells)?);
            continue;
        };
        if rows.len() == MAX_ROWS {
            return Err(Unreadable::TooLong);
        }
        let says = match Person::read(columns, &cells) {
            Ok(person) => match repeats.earlier(&person.email, line) {
                Some(line) => Says::Repeats { person, line },
                None => Says::New(person),
            },
            Err(mistakes) => Says::Wrong {
                mistakes,
                cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            },
        };
        rows.push(Row { line, says });
    }
    match columns {
        Some(columns) if !rows.is_empty() => Ok(List { columns, rows }),
        _ => Err(Unreadable::Empty),
    }
}

/// What stands between the cells: what the first line has most of.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let count = |separator: u8| {
        first.map_or(0, |line| {
            line.bytes().filter(|byte| *byte == separator).count()
        })
    };
    let mut best = b',';
    for other in [b';', b'\t'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

/// Tells lines by places in the text, from the front to the back.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of the row that begins at a byte, or behind the empty lines that begin there: the
    /// reader skips those.
    fn line_of(&mut self, byte: u64) -> u32 {
        let to = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(one) = self.text.get(self.at)
            && (self.at < to || *one == b'\n')
        {
            if *one == b'\n' {
                self.line = self.line.saturating_add(1);
            }
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::desk::import::Mistake;

    /// Each row as its line and what it says, in short.
    fn told(text: &str) -> Vec<(u32, String)> {
        let says = |says: &Says| match says {
            Says::New(person) => format!(
                "{}|{}|{}",
                person.email.as_str(),
                person.first_name.as_str(),
                person.last_name.as_str()
            ),
            Says::Repeats { line, .. } => format!("as {line}"),
            Says::Wrong { mistakes, .. } => format!("{mistakes:?}"),
        };
        let list = read(text).unwrap();
        list.rows
            .iter()
            .map(|row| (row.line, says(&row.says)))
            .collect()
    }

    fn dana() -> Vec<(u32, String)> {
        vec![(2, "dana@firm.test|Dana|O’Hara, Esq.".to_owned())]
    }

    #[test]
    fn spreadsheets_of_every_kind_are_read() {
        for text in [
            "email,first_name,last_name\ndana@firm.test,Dana,\"O’Hara, Esq.\"",
            "\u{feff}email;first name;last name\r\ndana@firm.test;Dana;O’Hara, Esq.\r\n",
            "E-mail\tFirst name\tLast name\r\ndana@firm.test\tDana\tO’Hara, Esq.\r\n\t\t\r\n\r\n",
            "email,first_name,last_name\rdana@firm.test,Dana,\"O’Hara, Esq.\"\r",
            "\"last_name\",\"first_name\",\"email\"\n\"O’Hara, Esq.\",\"Dana\",\"dana@firm.test\"\n",
        ] {
            assert_eq!(told(text), dana(), "{text:?}");
        }
    }

    #[test]
    fn lines_are_those_that_an_editor_shows() {
        let text = "\n\nemail,last_name\n\n\nonly@\na@firm.test,\"two\nlines\"\n\nb@firm.test\r\n\r\nB@firm.test";
        let wrong = |place, mistake| format!("{:?}", [Misplaced { place, mistake }]);
        assert_eq!(
            told(text),
            [
                (6, wrong(0, Mistake::EmailMalformed)),
                (7, wrong(1, Mistake::LineBreak)),
                (10, "b@firm.test||".to_owned()),
                (12, "as 10".to_owned()),
            ]
        );
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_a_mistake_where_it_opens() {
        let text = "email,last_name\na@firm.test,\"Whitlock\nb@firm.test,Osei\nc@firm.test,Roe\n";
        let wrong = Misplaced {
            place: 1,
            mistake: Mistake::LineBreak,
        };
        assert_eq!(told(text), [(2, format!("{:?}", [wrong]))]);
    }

    #[test]
    fn who_is_named_on_a_row_with_a_mistake_may_be_named_again() {
        let text = "email,first name\na@firm.test,D\u{202e}\na@firm.test,Dana\n";
        assert_eq!(told(text)[1], (3, "a@firm.test|Dana|".to_owned()));
    }

    #[test]
    fn a_list_without_rows_or_columns_is_not_read() {
        for text in ["", "\n \n", "\u{feff}", "email", "email,first_name\n\n,\n"] {
            assert!(matches!(read(text), Err(Unreadable::Empty)), "{text:?}");
        }
        assert!(matches!(
            read("a@firm.test\nb@firm.test"),
            Err(Unreadable::NoEmailColumn)
        ));
    }

    #[test]
    fn fifty_thousand_rows_are_taken_and_not_one_more() {
        use std::fmt::Write;
        let mut text = "email\n".to_owned();
        for n in 0..MAX_ROWS {
            writeln!(text, "p{n}@firm.test").unwrap();
        }
        assert_eq!(read(&text).unwrap().rows.len(), MAX_ROWS);
        text.push_str("one.more@firm.test");
        assert!(matches!(read(&text), Err(Unreadable::TooLong)));
    }
}
