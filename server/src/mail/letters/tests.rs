//! What every letter keeps to, whatever it says.

use super::{
    super::letter::tests::{words_of_html, words_of_text},
    *,
};
use crate::domain::{
    desk::dormancy::{Numbers, Policy},
    manage::roster::{Failure, Leavers, Rule},
};

const FIRM: &str = "Harbour & Lane";
const CODE: &str = "042917";
const URL: &str = "https://door.harbourlane.test/open?with=a%20b&c=d";
const REFERENCE: &str = "7Q4K-92MX";
/// What a person may call themselves, a device or a request.
const HOSTILE: &str = "</td><script>alert(1)</script>\r\nBcc: evil@evil.test\u{202e}";

fn security<'a>(device: &'a str, address: &'a str) -> Security<'a> {
    Security {
        firm: FIRM,
        when: "12 November 2026, 14:05 UTC",
        device,
        address,
        not_me_url: URL,
    }
}

/// The letters that ask whether it was the person.
fn security_letters(text: &str) -> Vec<Letter> {
    let security = security(text, text);
    vec![
        linked(&security, "after a code sent to this mailbox"),
        unlinked(&security, URL),
        unlinked_by_administrator(&security),
        new_device(&security),
        email_changed_old(&security, text),
        email_changed_new(&security, text),
        password_changed(&security, true),
        password_changed(&security, false),
        merged_into(&security),
        merged_away(&security),
    ]
}

/// The letters of reviews.
fn review_letters(text: &str) -> Vec<Letter> {
    let review = Review {
        firm: FIRM,
        name: text,
        due: "30 November 2026",
        url: URL,
    };
    vec![
        review_begun(&review),
        review_reminder(&review, 1, false),
        review_reminder(&review, 12, true),
    ]
}

/// The letters that bring a code.
fn code_letters() -> Vec<Letter> {
    vec![
        admission_code(FIRM, CODE),
        link_code(FIRM, CODE),
        sign_in_code(FIRM, CODE),
        confirm_code(FIRM, CODE),
    ]
}

/// The letters about accounts that nobody uses.
fn dormancy_letters(text: &str) -> Vec<Letter> {
    let (once, thrice) = (dormancy(60, &[30]), dormancy(90, &[30, 14, 1]));
    let told = Dormancy {
        firm: FIRM,
        by: text,
        reason: text,
        page_url: URL,
    };
    let off = thrice.changed(false, thrice.numbers.clone(), thrice.covers_since);
    vec![
        unused_reminder(FIRM, "3 May 2026", 90, "1 August 2026", URL),
        unused_closed(FIRM, "3 May 2026"),
        dormancy_changed(&told, &off, &once),
        dormancy_changed(&told, &once, &thrice),
    ]
}

/// The letters about Clio Manage.
fn manage_letters(text: &str) -> Vec<Letter> {
    let told = Roster {
        firm: FIRM,
        clio_firm: text,
        by: text,
        reason: text,
        page_url: URL,
    };
    let by_itself = Rule {
        leavers: Leavers::Automatic,
        threshold: 30,
    };
    let unread = |failure| RosterUnread {
        firm: FIRM,
        clio_firm: text,
        failure,
        since: time::OffsetDateTime::UNIX_EPOCH,
        page_url: URL,
    };
    let failures = [
        Failure::Reconnect,
        Failure::NotAllowed,
        Failure::Unreachable,
        Failure::Senseless,
    ];
    vec![
        manage_reconnect(FIRM, "", URL),
        manage_reconnect(FIRM, text, URL),
        left_firm(FIRM),
        roster_rule_changed(&told, Rule::FIRST, by_itself),
        roster_disconnected(&told),
    ]
    .into_iter()
    .chain(failures.map(|failure| roster_unread(&unread(failure))))
    .collect()
}

fn dormancy(close_after: u16, reminders: &[u16]) -> Policy {
    Policy {
        is_on: true,
        numbers: Numbers::new(close_after, reminders.iter().copied()).unwrap(),
        covers_since: time::OffsetDateTime::UNIX_EPOCH,
    }
}

#[test]
fn owners_read_what_becomes_of_unused_accounts_before_and_now() {
    let words = dormancy_letters("x").pop().map(|letter| letter.text());
    let words = words.unwrap_or_default();
    let words: Vec<&str> = words.split_whitespace().collect();
    let words = words.join(" ");
    for line in [
        "Before: Closed after 60 days without use, reminded 30 days before",
        "Now: Closed after 90 days without use, reminded 30, 14 and 1 day before",
    ] {
        assert!(words.contains(line), "{words}");
    }
}

const fn counted(count: u32) -> Counted {
    Counted {
        what: "New accounts",
        count,
        most: 999,
    }
}

const fn waits(counted: &[Counted]) -> Waits<'_> {
    Waits { counted, url: URL }
}

/// Every letter, with `text` wherever the words may be a person's own.
fn all(text: &str) -> Vec<Letter> {
    let mut letters = vec![
        approved(FIRM, URL),
        rejected(FIRM),
        suspended(FIRM, None),
        suspended(FIRM, Some("24 December 2026")),
        reactivated(FIRM, URL),
        waits_again(FIRM),
        case_waits_again(FIRM, REFERENCE, text),
        signed_out(FIRM, URL),
        role_changed(FIRM, "an administrator", URL),
        welcome(FIRM, URL),
        invitation(FIRM, URL, 1),
        invitation(FIRM, URL, 14),
        invitation_withdrawn(FIRM),
        case_opened(FIRM, REFERENCE, text),
        case_settled(FIRM, REFERENCE, text, true, URL),
        case_settled(FIRM, REFERENCE, text, false, URL),
        sign_in_code_refused(FIRM, URL),
        not_me_done(FIRM, REFERENCE, false),
        not_me_done(FIRM, REFERENCE, true),
        proof_asked(FIRM, None, text, URL),
        proof_asked(FIRM, Some(REFERENCE), text, URL),
        queue_digest(
            FIRM,
            waits(&[counted(1), counted(0), counted(1000)]),
            waits(&[counted(2)]),
            "3 days ago",
        ),
        queue_digest(FIRM, waits(&[]), waits(&[counted(1)]), "3 days ago"),
        merged_away_unproved(FIRM),
        merge_undone(FIRM, URL),
    ];
    letters.extend(security_letters(text));
    letters.extend(code_letters());
    letters.extend(dormancy_letters(text));
    letters.extend(review_letters(text));
    letters.extend(manage_letters(text));
    letters
}

fn runs_of_six_digits(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 6)
        .collect()
}

#[test]
fn every_word_of_the_text_is_in_the_html_in_the_same_order_after_the_subject() {
    for letter in all("Firefox on Linux") {
        let mut expected = words_of_text(&letter.subject);
        expected.extend(words_of_text(&letter.text()));
        assert_eq!(words_of_html(&letter.html()), expected, "{}", letter.kind);
    }
}

#[test]
fn letters_speak_in_the_voice_of_the_house() {
    for letter in all("Firefox on Linux") {
        let words = format!("{}\n{}", letter.subject, letter.text());
        for unwanted in ["!", "'", "\"", "  ", "Oops", "OIDC", "OpenID", "{", "click"] {
            let said = words.replace(URL, "");
            assert!(!said.contains(unwanted), "{unwanted}: {words}");
        }
        for unwanted in ["token", "credential", "identity", "subject"] {
            assert!(
                !words.to_lowercase().contains(unwanted),
                "{unwanted}: {words}"
            );
        }
        assert!(words.contains(FIRM), "{words}");
        assert!(letter.subject.chars().count() <= 72, "{}", letter.subject);
    }
}

#[test]
fn kinds_fit_the_outbox_and_kinds_with_two_letters_are_meant_to() {
    let mut kinds: Vec<_> = all("x").iter().map(|letter| letter.kind).collect();
    assert!(kinds.iter().all(|kind| (1..=60).contains(&kind.len())));
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "account_approved",
            "account_reactivated",
            "account_rejected",
            "account_suspended",
            "account_waits",
            "admission_code",
            "case_opened",
            "case_settled",
            "case_waits",
            "confirm_code",
            "dormancy_changed",
            "email_changed",
            "invitation",
            "invitation_withdrawn",
            "left_firm",
            "link_code",
            "linked",
            "manage_reconnect",
            "merge_undone",
            "merged",
            "new_device",
            "not_me",
            "password_changed",
            "proof_asked",
            "queue_digest",
            "review_begun",
            "review_reminder",
            "role_changed",
            "roster_disconnected",
            "roster_rule_changed",
            "roster_unread",
            "sessions_ended",
            "sign_in_code",
            "unlinked",
            "unused_closed",
            "unused_reminder",
            "welcome",
        ]
    );
}

#[test]
fn what_people_called_themselves_is_text_in_both_forms_and_never_in_the_subject() {
    for letter in all(HOSTILE) {
        assert!(!letter.subject.contains("evil"), "{}", letter.subject);
        let (text, html) = (letter.text(), letter.html());
        assert!(!html.contains("<script"), "{html}");
        for form in [&text, &html] {
            assert!(!form.contains("\nBcc"), "{form}");
            assert!(!form.contains(['\r', '\u{202e}']), "{form}");
        }
    }
}

#[test]
fn each_letter_with_a_code_has_it_once_says_how_long_it_is_good_and_has_no_link() {
    for letter in code_letters() {
        let (text, html) = (letter.text(), letter.html());
        assert_eq!(runs_of_six_digits(&text), [CODE], "{text}");
        assert_eq!(runs_of_six_digits(&html), [CODE], "{html}");
        assert!(
            !letter.subject.contains(CODE),
            "a locked screen shows subjects"
        );
        assert!(text.contains("good for 15 minutes"), "{text}");
        assert!(text.contains("do nothing"), "{text}");
        assert!(!text.contains("://") && !html.contains("href"), "{html}");
    }
}

#[test]
fn no_other_letter_has_what_could_be_taken_for_a_code() {
    for letter in all("Firefox on Linux") {
        if letter.text().contains(CODE) {
            continue;
        }
        assert_eq!(runs_of_six_digits(&letter.text()), [""; 0]);
        assert_eq!(runs_of_six_digits(&letter.html()), [""; 0]);
    }
}

#[test]
fn each_security_letter_tells_the_facts_and_has_the_way_to_say_no() {
    for letter in security_letters("Firefox on Linux") {
        let text = letter.text();
        assert!(
            text.contains("When: 12 November 2026, 14:05 UTC\n"),
            "{text}"
        );
        assert!(text.contains("Device: Firefox on Linux\n"), "{text}");
        let way_out = format!("\n\nThis wasn’t me:\n{URL}\n");
        assert!(text.ends_with(&way_out), "{text}");
        assert!(
            text.replace('\n', " ")
                .contains("asks before anything happens")
        );
        assert_eq!(text.matches("This wasn’t me").count(), 1, "{text}");
        assert!(letter.html().contains(">This wasn’t me</a>"));
    }
    let unknown = new_device(&security("", "")).text();
    assert!(
        !unknown.contains("Device:") && !unknown.contains("Address:"),
        "{unknown}"
    );
}

#[test]
fn a_code_that_is_refused_looks_like_one_from_outside() {
    let (sent, refused) = (sign_in_code(FIRM, CODE), sign_in_code_refused(FIRM, URL));
    assert_eq!((sent.kind, &sent.subject), (refused.kind, &refused.subject));
    assert!(refused.text().contains("administrators"));
}

#[test]
fn an_invitation_tells_how_long_it_is_good() {
    assert!(invitation(FIRM, URL, 1).text().contains("good for 1 day."));
    assert!(
        invitation(FIRM, URL, 14)
            .text()
            .contains("good for 14 days.")
    );
}

#[test]
fn a_decision_tells_which_way_it_went() {
    let letter = |approved| case_settled(FIRM, REFERENCE, "the Clio login", approved, URL);
    assert!(letter(true).text().contains("approved") && letter(true).text().contains(URL));
    assert!(letter(false).text().contains("against") && !letter(false).text().contains(URL));
    for letter in [letter(true), letter(false)] {
        assert!(
            letter.text().contains("Reference: 7Q4K-92MX"),
            "{}",
            letter.text()
        );
    }
}

#[test]
fn a_suspension_tells_when_it_ends_or_who_ends_it() {
    let until = suspended(FIRM, Some("24 December 2026")).text();
    assert!(
        until
            .replace('\n', " ")
            .contains("opens again by itself on 24 December 2026.")
    );
    let text = suspended(FIRM, None).text();
    assert!(text.contains("an administrator opens it") && !text.contains("by itself"));
}
