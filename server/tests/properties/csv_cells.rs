//! Exports: every cell comes back as it was, and no spreadsheet calculates one.

use csv::ReaderBuilder;
use proptest::prelude::*;
use vestibule::http::csv::line;

use crate::made_up::{config, text};

/// What spreadsheets begin to calculate at, also where it is typed in full width.
const BEGINS_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What isn't seen before a formula.
const UNSEEN: &str = "\0\t\r\n \u{b}\u{a0}\u{2003}\u{3000}\u{feff}\u{200b}\u{202e}";

/// The cells of one line, read by another program.
fn cells_of(line: &str) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 1, "{line:?} is one line");
    records[0].iter().map(str::to_owned).collect()
}

/// Whether a spreadsheet would take a cell for a formula, whatever it leaves out at its beginning.
fn is_calculated(cell: &str) -> bool {
    let seen = cell
        .trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || UNSEEN.contains(c));
    seen.starts_with(BEGINS_FORMULA) || cell.starts_with(['\t', '\r', '\n'])
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn cells_come_back_with_at_most_an_apostrophe_before_them(
        cells in proptest::collection::vec(text(12), 1..6),
    ) {
        let line = line(std::iter::once("first").chain(cells.iter().map(String::as_str)));
        prop_assert!(line.ends_with("\r\n"));
        let found = cells_of(&line);
        prop_assert_eq!(found.len(), cells.len() + 1);
        for (found, cell) in found[1..].iter().zip(&cells) {
            prop_assert!(!is_calculated(found), "{:?} in {:?}", found, line);
            if found != cell {
                prop_assert_eq!(found, &format!("'{cell}"));
                let marks = |c: char| BEGINS_FORMULA.contains(&c) || "\t\r\n".contains(c);
                prop_assert!(cell.contains(marks), "{:?} needs no apostrophe", cell);
            }
        }
    }

    #[test]
    fn nothing_is_calculated_whatever_stands_before_it(
        before in proptest::collection::vec(
            prop::sample::select(UNSEEN.chars().collect::<Vec<_>>()),
            0..4,
        ),
        mark in prop::sample::select(BEGINS_FORMULA.to_vec()),
        behind in text(12),
    ) {
        let cell = format!("{}{mark}{behind}", String::from_iter(before));
        let line = line(["first", &cell]);
        for cell in &cells_of(&line)[1..] {
            prop_assert!(cell.starts_with('\''), "{:?}", line);
        }
    }
}
