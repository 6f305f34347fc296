//! One read of the roster, and the people who are in it.

use app::wire::{
    Region, Role,
    desk::{
        dormancy::Hand,
        roster::{
            Became, ClioLogin, Obstacle, ReadOutcome, RosterPeople, RosterPerson, RosterRead,
            RosterUndo, Trouble, What, Why,
        },
    },
};

use crate::fake::{
    HOSTILE, Page, moment,
    roster::Known,
    roster_samples::{READ, account, at_roster, difference, doer, read_line},
};

const PEOPLE: &str = "/admin/roster/people";

/// A read of which something became, each in another way.
fn read() -> RosterRead {
    let carried_out = |by| Became::CarriedOut {
        by,
        at: moment(),
        reason: Some("She told us.".to_owned()),
        undo: Some(RosterUndo {
            event: "4711".to_owned(),
            until: "7 December 2026".to_owned(),
        }),
    };
    let mut skipped = difference("05", What::Gone, Became::Waits(Why::Administrator));
    skipped.obstacle = Some(Obstacle::LastOwner);
    RosterRead {
        read: read_line(ReadOutcome::Whole),
        differences: vec![
            difference("01", What::Gone, carried_out(Some(doer()))),
            difference("02", What::Disabled, carried_out(None)),
            difference(
                "03",
                What::Back { was_gone: false },
                Became::Left {
                    by: doer(),
                    at: moment(),
                    reason: "Only for a visit.".to_owned(),
                },
            ),
            difference(
                "04",
                What::Gone,
                Became::Undone {
                    by: Some(doer()),
                    at: moment(),
                },
            ),
            skipped,
            difference("06", What::New, Became::Settled { at: moment() }),
        ],
        next: Some("place".to_owned()),
        is_later: false,
        hand: Hand::Decides,
    }
}

async fn look_at_read(role: Role, read: RosterRead) -> Page {
    let known = Known {
        read: Some(read),
        ..Known::default()
    };
    let path = format!("/admin/roster/reads/{READ}");
    let page = at_roster(role, known).get(&path).await;
    assert_eq!(page.status(), 200);
    page
}

fn people() -> RosterPeople {
    RosterPeople {
        count: 5000,
        firms: vec![
            ("f1".to_owned(), "Harbour Lane LLP".to_owned()),
            ("f2".to_owned(), "Quay Street".to_owned()),
        ],
        people: vec![
            RosterPerson {
                name: "Tomás Ferreira".to_owned(),
                email: "t.ferreira@harbourlane.test".to_owned(),
                firm: "Harbour Lane LLP".to_owned(),
                region: Region::Eu,
                roles: vec!["Billing".to_owned(), "Reports".to_owned()],
                subscription: "Attorney".to_owned(),
                login: ClioLogin::Enabled,
                seen: moment(),
                account: Some(account()),
            },
            RosterPerson {
                name: "Lee Park".to_owned(),
                email: "lee@quaystreet.test".to_owned(),
                firm: "Quay Street".to_owned(),
                region: Region::Us,
                roles: Vec::new(),
                subscription: "NonAttorney".to_owned(),
                login: ClioLogin::Gone,
                seen: moment(),
                account: None,
            },
        ],
        next: Some("place".to_owned()),
        is_later: false,
    }
}

async fn look_at_people(people: RosterPeople, query: &str) -> Page {
    let known = Known {
        people: Some(people),
        ..Known::default()
    };
    let page = at_roster(Role::Reviewer, known)
        .get(&format!("{PEOPLE}{query}"))
        .await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn a_read_says_what_became_of_each_difference_by_whom_and_why() {
    let page = look_at_read(Role::Admin, read()).await;
    for text in [
        "A read of Harbour Lane LLP",
        "By itself",
        "1,204 people",
        "2 gone, 1 new",
        "Carried out",
        "Ikram Osei</a>",
        "by itself",
        "She told us.",
        "Left as it is",
        "Only for a visit.",
        "Undone",
        "Waits",
        "It is an administrator’s account.",
        "Left alone: the firm would have no owner left.",
        "before anybody decided",
        &format!("href=\"/admin/roster/reads/{READ}?after=place\""),
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn what_was_carried_out_can_be_undone_by_whoever_decides() {
    let page = look_at_read(Role::Admin, read()).await;
    let undo = page.form("/admin/undo");
    assert!(undo.contains("name=\"event\" value=\"4711\""), "{undo}");
    assert!(page.says("possible until 7 December 2026"));
    let mut seen = read();
    seen.hand = Hand::Looks;
    let page = look_at_read(Role::Reviewer, seen).await;
    assert!(!page.has_form("/admin/undo"));
}

#[tokio::test]
async fn a_read_that_failed_says_that_nobody_was_suspended_and_what_to_do() {
    let mut failed = read();
    failed.read.outcome = ReadOutcome::Failed(Trouble::NotAllowed);
    failed.read.counts = Vec::new();
    failed.differences = Vec::new();
    let page = look_at_read(Role::Reviewer, failed).await;
    for text in [
        "A permission is missing",
        "Nobody was suspended because of it.",
        "connect again",
        "so nothing was concluded from it",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn a_read_that_is_not_there_is_not_found() {
    let path = format!("/admin/roster/reads/{READ}");
    let page = at_roster(Role::Admin, Known::default()).get(&path).await;
    assert_eq!(page.status(), 404);
}

#[tokio::test]
async fn people_are_listed_with_what_clio_says_and_their_account_here() {
    let page = look_at_people(people(), "").await;
    for text in [
        "5,000 people",
        "t.ferreira@harbourlane.test",
        "Europe",
        "Billing, Reports",
        "Attorney",
        "Enabled",
        "No longer in the firm",
        "No account here",
        "/admin/accounts/00000000-0000-7000-8000-00000000000a",
        "href=\"/admin/roster/people?after=place\" rel=\"next\" class=\"alone\">Next people",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn filters_stay_chosen_and_go_along_to_the_next_page() {
    let mut later = people();
    later.is_later = true;
    let query = "?q=ferr&firm=f2&region=eu&enabled=no&account=suspended&after=here";
    let page = look_at_people(later, query).await;
    for text in [
        "value=\"ferr\"",
        "<option value=\"f2\" selected>Quay Street",
        "<option value=\"eu\" selected>Europe",
        "<option value=\"no\" selected>Disabled",
        "<option value=\"suspended\" selected>Suspended",
        "<details open class=\"fold\">",
        "Take all filters off",
        "href=\"/admin/roster/people?q=ferr&amp;firm=f2&amp;region=eu&amp;enabled=no&amp;account=suspended&amp;after=place\"",
        "href=\"/admin/roster/people?q=ferr&amp;firm=f2&amp;region=eu&amp;enabled=no&amp;account=suspended\" class=\"alone\">From the beginning",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let page = look_at_people(people(), "?enabled=perhaps&region=").await;
    assert!(!page.says("Take all filters off"));
}

#[tokio::test]
async fn nobody_to_be_shown_is_said_in_words() {
    let mut nobody = people();
    nobody.people.clear();
    nobody.next = None;
    let page = look_at_people(nobody.clone(), "").await;
    assert!(page.says("Nobody was read yet."));
    let page = look_at_people(nobody, "?q=zz").await;
    assert!(page.says("Nobody of the roster is like that."));
}

#[tokio::test]
async fn hostile_words_of_clio_are_text() {
    let mut hostile = people();
    hostile.people[0].name = HOSTILE.to_owned();
    hostile.people[0].roles = vec![HOSTILE.to_owned()];
    hostile.people[0].subscription = HOSTILE.to_owned();
    hostile.firms[0].1 = HOSTILE.to_owned();
    let page = look_at_people(hostile, "").await;
    assert!(!page.contains("<script>"), "{}", page.html);
}
