//! Lists of people to invite, as spreadsheets and people write them.

use proptest::prelude::*;
use vestibule::service::importing::reading::{Says, read};

use crate::{
    holds,
    made_up::{config, text},
};

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-cA-C]@(firm|FIRM).test",
        3 => "[A-Za-z’ -]{0,8}",
        1 => "\"[a-z,;\n\"]{0,6}\"?",
        1 => text(6),
    ]
}

fn row() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(cell(), 0..5)
}

fn columns() -> impl Strategy<Value = Vec<String>> {
    let name = prop_oneof![
        8 => prop::sample::select(vec![
            "email", "E-Mail", "first name", "Last_name", "surname", "Office", "",
        ]).prop_map(str::to_owned),
        1 => cell(),
    ];
    proptest::collection::vec(name, 1..4).prop_map(|mut names| {
        names.insert(0, "email".to_owned());
        names.dedup();
        names
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_row_is_accounted_for_and_nobody_twice(
        columns in columns(),
        rows in proptest::collection::vec(row(), 0..8),
        separator in prop::sample::select(vec![",", ";", "\t"]),
        mark in prop::sample::select(vec!["", "\u{feff}"]),
    ) {
        let lines = std::iter::once(&columns).chain(&rows).map(|cells| cells.join(separator));
        let text = format!("{mark}{}", lines.collect::<Vec<_>>().join("\n"));
        holds::import_list::holds(text.as_bytes());
    }

    #[test]
    fn no_bytes_upset_the_reader_of_lists(bytes in any::<Vec<u8>>()) {
        holds::import_list::holds(&bytes);
    }

    #[test]
    fn people_are_read_as_they_were_written(
        emails in proptest::collection::btree_set("[a-z]{1,6}@firm\\.test", 1..6),
        names in proptest::collection::vec("[A-Za-z,;\"'’]{0,8}", 12),
        separator in prop::sample::select(b",;\t".to_vec()),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(["email", "first name", "last name"]).unwrap();
        for (email, names) in emails.iter().zip(names.chunks(2)) {
            writer.write_record([email, &names[0], &names[1]]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap().replace('\n', end);
        let list = read(&text).unwrap();
        prop_assert_eq!(list.rows.len(), emails.len());
        for ((row, email), names) in list.rows.iter().zip(&emails).zip(names.chunks(2)) {
            let Says::New(person) = &row.says else {
                panic!("{row:?}");
            };
            prop_assert_eq!(person.email.as_str(), email);
            prop_assert_eq!([person.first_name.as_str(), person.last_name.as_str()], [&names[0], &names[1]]);
        }
    }
}
