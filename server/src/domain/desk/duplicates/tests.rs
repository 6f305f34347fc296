use super::*;

fn person(first: &str, last: &str, emails: &[&str]) -> Facts {
    Facts {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        emails: emails.iter().map(|email| (*email).to_owned()).collect(),
        is_in_use: false,
    }
}

fn dana() -> Facts {
    person("Dana", "Whitlock", &["d.whitlock@harbourlane.test"])
}

fn compared(one: &Facts, other: &Facts) -> (Option<Confidence>, Vec<Reason>) {
    let likeness = compare(one, other, false);
    let turned = compare(other, one, false);
    assert_eq!(likeness, turned, "it doesn't matter which is first");
    likeness.map_or((None, Vec::new()), |likeness| {
        (Confidence::of(likeness.score), likeness.reasons)
    })
}

#[test]
fn each_likeness_has_its_confidence_and_its_reasons() {
    use super::Confidence::{Likely, Possible, Sure};
    use super::Reason::*;
    let table: [(Facts, Confidence, &[Reason]); 13] = [
        (
            person("Dana", "Whitlock", &["d.whitlock@harbourlane.test"]),
            Sure,
            &[SameEmail, SameNames],
        ),
        (
            person("Whitlock", "Dana", &["d.whitlock@harbourlane.test"]),
            Sure,
            &[SameEmail, NamesSwapped],
        ),
        (
            person("Dana", "Whitlock", &["d.whitlock@elsewhere.test"]),
            Likely,
            &[SameLocalPart, SameNames],
        ),
        (
            person("DÁNA", "whitlock", &["dwhitlock+clio@elsewhere.test"]),
            Likely,
            &[SameLocalPart, SameNames],
        ),
        (
            person("D.", "Whitlock", &["d-whitlock@elsewhere.test"]),
            Likely,
            &[SameLocalPart, Initial],
        ),
        (
            person("Dena", "Withlock", &["d.whitlock@elsewhere.test"]),
            Likely,
            &[SameLocalPart, SimilarNames],
        ),
        (
            person("Dana", "Whitlock", &["whitlock@elsewhere.test"]),
            Likely,
            &[LocalPartContained, SameNames],
        ),
        (
            person("", "", &["d.whitlock@harbourlane.test"]),
            Likely,
            &[SameEmail],
        ),
        (
            person("Dana", "Osei", &["d.whitlock@harbourlane.test"]),
            Possible,
            &[SameEmail, DifferentLastNames],
        ),
        (
            person("Dana", "Whitlock", &["other@elsewhere.test"]),
            Possible,
            &[SameNames],
        ),
        (
            person("Whitlock", "Dana", &["other@elsewhere.test"]),
            Possible,
            &[NamesSwapped],
        ),
        (
            person("", "", &["d.whitlock@elsewhere.test"]),
            Possible,
            &[SameLocalPart],
        ),
        (
            person("Dana", "", &["d.whitlock@elsewhere.test"]),
            Possible,
            &[SameLocalPart],
        ),
    ];
    for (other, confidence, reasons) in table {
        let expected = (Some(confidence), reasons.to_vec());
        assert_eq!(compared(&dana(), &other), expected, "{other:?}");
    }
}

#[test]
fn what_is_nothing_to_look_at_is_no_likeness() {
    for other in [
        person("Ikram", "Osei", &["ikram.osei@harbourlane.test"]),
        // The same first name at the same firm.
        person("Dana", "Osei", &["d.osei@harbourlane.test"]),
        // A family, one mailbox's name.
        person("David", "Whitlock", &["d.whitlock@elsewhere.test"]),
        person("D.", "Whitlock", &["other@elsewhere.test"]),
        person("Dena", "Whitlock", &["other@elsewhere.test"]),
        // A mailbox that two people share.
        person("Ikram", "Osei", &["d.whitlock@harbourlane.test"]),
        person("", "", &["other@elsewhere.test"]),
        person("", "", &[]),
    ] {
        assert_eq!(compared(&dana(), &other), (None, Vec::new()), "{other:?}");
    }
}

#[test]
fn beginnings_that_offices_share_say_nothing() {
    for email in ["info@", "office@", "in.fo@", "jo@", "@"] {
        let one = person("", "", &[&format!("{email}harbourlane.test")]);
        let other = person("", "", &[&format!("{email}elsewhere.test")]);
        assert_eq!(compared(&one, &other).0, None, "{email}");
    }
}

#[test]
fn two_people_with_one_name_who_both_work_here_are_two() {
    let one = Facts {
        is_in_use: true,
        ..dana()
    };
    let mut other = Facts {
        is_in_use: true,
        ..person("Dana", "Whitlock", &["other@elsewhere.test"])
    };
    assert_eq!(compared(&one, &other).0, None);
    other.emails.insert("d.whitlock@elsewhere.test".to_owned());
    let expected = (
        Some(Confidence::Likely),
        vec![Reason::SameLocalPart, Reason::SameNames, Reason::BothInUse],
    );
    assert_eq!(compared(&one, &other), expected);
}

#[test]
fn a_login_that_opened_both_is_the_strongest_reason() {
    let other = person("Dana", "Whitlock", &["other@elsewhere.test"]);
    let likeness = compare(&dana(), &other, true).unwrap();
    assert_eq!(Confidence::of(likeness.score), Some(Confidence::Sure));
    assert_eq!(likeness.reasons, [Reason::SameLogin, Reason::SameNames]);
    let stranger = person("Ikram", "Osei", &["ikram.osei@harbourlane.test"]);
    let likeness = compare(&dana(), &stranger, true).unwrap();
    assert_eq!(Confidence::of(likeness.score), Some(Confidence::Possible));
}

#[test]
fn a_name_cut_in_two_elsewhere_is_the_same() {
    let one = person("Ana Lucía", "Prado", &[]);
    let other = person("Ana", "Lucia Prado", &[]);
    assert_eq!(compared(&one, &other).1, [Reason::SameNames]);
    assert!(!keys(&one).is_disjoint(&keys(&other)));
}

#[test]
fn whatever_is_alike_shares_a_key() {
    for other in [
        person("Whitlock", "DÁNA", &["other@elsewhere.test"]),
        person("D.", "Whitlock", &["other@elsewhere.test"]),
        person("", "", &["d.whitlock@harbourlane.test"]),
        person("Ikram", "Osei", &["dwhitlock+x@elsewhere.test"]),
    ] {
        assert!(!keys(&dana()).is_disjoint(&keys(&other)), "{other:?}");
    }
    for other in [
        person("Dana", "Osei", &["dana@harbourlane.test"]),
        person("Dana", "", &["info@harbourlane.test"]),
        person("", "", &[]),
    ] {
        assert!(keys(&dana()).is_disjoint(&keys(&other)), "{other:?}");
    }
}

#[test]
fn keys_of_one_kind_are_never_those_of_another() {
    // Somebody's name is the beginning of somebody else's e-mail.
    let one = person("Dana", "Whitlock", &[]);
    let other = person(
        "",
        "",
        &["dana whitlock@firm.test", "danawhitlock@firm.test"],
    );
    assert!(keys(&one).is_disjoint(&keys(&other)));
}

#[test]
fn every_score_has_at_most_one_confidence() {
    for score in -100..300 {
        let fitting = [Confidence::Possible, Confidence::Likely, Confidence::Sure]
            .into_iter()
            .filter(|confidence| {
                let (least, most) = confidence.scores();
                (least..=most).contains(&score)
            });
        assert_eq!(
            fitting.collect::<Vec<_>>(),
            Vec::from_iter(Confidence::of(score))
        );
    }
}

#[test]
fn reasons_are_read_as_they_are_written() {
    for reason in Reason::ALL {
        assert_eq!(reason.as_str().parse(), Ok(reason));
    }
    assert!("similar".parse::<Reason>().is_err());
}
