//! `/admin/reviews` and below.

use app::wire::{
    LinkMethod, Role, Status,
    desk::{
        ClosingReview, NewReview, Review, ReviewDecision, ReviewItem, ReviewLine, ReviewList,
        ReviewScope, ReviewShare, ReviewShow, ReviewState, ReviewTally, ReviewedLogin,
        ReviewerChoice, Revocation, Revocations, SaidBefore,
        links::{Count, Listing},
    },
};

use crate::fake::{Fake, HOSTILE, Page, moment};

const ID: &str = "00000000-0000-7000-8000-00000000000a";

fn line(state: ReviewState) -> ReviewLine {
    ReviewLine {
        id: ID.to_owned(),
        name: "Fourth quarter".to_owned(),
        state,
        tally: ReviewTally {
            links: 120,
            kept: 80,
            revoked: 6,
            unsure: 4,
        },
        last_day: "30 November 2026".to_owned(),
        begun: moment(),
        closed: (state == ReviewState::Closed).then(moment),
    }
}

fn item(place: i32) -> ReviewItem {
    ReviewItem {
        place,
        version: 3,
        link: ID.to_owned(),
        name: format!("Person {place}"),
        email: format!("p{place}@harbourlane.test"),
        clio_email: Some(format!("p{place}@clio.test")),
        role: Role::Member,
        status: Status::Active,
        method: LinkMethod::FirstSignIn,
        linked: moment(),
        last_used: moment(),
        reviewer: Some("Dana Whitlock".to_owned()),
        is_own: false,
        login: ReviewedLogin::Connected,
        said: None,
    }
}

fn review(state: ReviewState) -> Review {
    Review {
        line: line(state),
        scope: ReviewScope {
            list: Listing::default(),
            is_cut: false,
        },
        begun_by: "Ikram Haddad".to_owned(),
        closed_by: (state == ReviewState::Closed).then(|| "Ikram Haddad".to_owned()),
        may_decide: true,
        may_manage: true,
        shares: vec![ReviewShare {
            name: Some("Dana Whitlock".to_owned()),
            links: 60,
            undecided: 15,
            can_decide: true,
        }],
        show: ReviewShow::Yours,
        items: vec![item(7), item(8)],
        next: Some(8),
        is_later_page: false,
        to_carry_out: 6,
        choices: vec![choice()],
    }
}

fn choice() -> ReviewerChoice {
    ReviewerChoice {
        id: ID.to_owned(),
        name: "Tomas Lind".to_owned(),
        email: "tomas@harbourlane.test".to_owned(),
        role: Role::Reviewer,
    }
}

async fn look(review: Review, query: &str) -> Page {
    let fake = Fake {
        review: Some(review),
        ..Fake::at_desk(Role::Admin)
    };
    let page = fake.get(&format!("/admin/reviews/{ID}{query}")).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn the_list_says_how_far_each_review_has_come_as_a_bar_and_in_words() {
    let fake = Fake {
        reviews: Some(ReviewList {
            reviews: vec![line(ReviewState::Overdue), line(ReviewState::Closed)],
            may_begin: true,
        }),
        ..Fake::at_desk(Role::Admin)
    };
    let page = fake.get("/admin/reviews").await;
    assert_eq!(page.status(), 200);
    assert!(page.says("90 of 120 links decided"), "{}", page.html);
    assert!(page.contains("max=\"120\"") && page.contains("value=\"90\""));
    assert!(page.contains("aria-label=\"Fourth quarter: 90 of 120 links decided\""));
    for text in [
        "Under way",
        "Overdue",
        "Closed",
        "30 November 2026",
        "Begin a review",
    ] {
        assert!(page.says(text), "{text}");
    }
    assert!(page.contains("<a href=\"/admin/reviews\" aria-current=\"page\""));
}

#[tokio::test]
async fn an_empty_list_says_what_to_do_and_reviewers_begin_nothing() {
    for (role, may_begin, says) in [
        (Role::Admin, true, "There is no review yet."),
        (Role::Reviewer, false, "No review waits for you."),
    ] {
        let fake = Fake {
            reviews: Some(ReviewList {
                reviews: Vec::new(),
                may_begin,
            }),
            ..Fake::at_desk(role)
        };
        let page = fake.get("/admin/reviews").await;
        assert!(page.says(says), "{}", page.html);
        assert_eq!(page.contains("/admin/reviews/new"), may_begin);
    }
}

#[tokio::test]
async fn each_link_is_asked_about_by_name_in_one_form() {
    let page = look(review(ReviewState::Running), "").await;
    let form = page.form("/admin/reviews/decide");
    for field in [
        "name=\"review\" value=\"00000000-0000-7000-8000-00000000000a\"",
        "name=\"show\" value=\"yours\"",
        "name=\"said[0][place]\" value=\"7\"",
        "name=\"said[0][version]\" value=\"3\"",
        "name=\"said[1][place]\" value=\"8\"",
        "name=\"rest\" value=\"keep\"",
    ] {
        assert!(form.contains(field), "{field}: {form}");
    }
    assert_eq!(form.matches("<fieldset").count(), 2);
    assert_eq!(form.matches("<legend").count(), 2);
    assert!(form.contains("Person 7, p7@harbourlane.test</legend>"));
    assert_eq!(form.matches("type=\"radio\"").count(), 6);
    assert!(form.contains("for=\"note-7\"") && form.contains("id=\"note-7\""));
    assert!(page.says("at Clio p7@clio.test"), "{form}");
    assert!(page.contains("?show=yours&amp;after=8"), "{}", page.html);
}

#[tokio::test]
async fn what_was_said_before_is_chosen_and_told() {
    let mut running = review(ReviewState::Running);
    running.items[0].said = Some(SaidBefore {
        decision: ReviewDecision::Revoke,
        note: "left in May".to_owned(),
        by: "Ikram Haddad".to_owned(),
        at: moment(),
    });
    let page = look(running.clone(), "").await;
    let form = page.form("/admin/reviews/decide");
    let chosen = form
        .split('<')
        .find(|tag| tag.contains(" checked"))
        .unwrap();
    assert!(chosen.contains("value=\"revoke\""), "{chosen}");
    assert!(form.contains("value=\"left in May\""));
    assert!(page.says("To disconnect") && page.says("by Ikram Haddad"));
    running.may_decide = false;
    let page = look(running, "").await;
    assert!(page.says("To disconnect") && page.says("“left in May”"));
}

#[tokio::test]
async fn a_list_without_links_is_no_review() {
    for (count, begins) in [(0, false), (1, true)] {
        let fake = Fake {
            new_review: Some(NewReview {
                filter: Listing::default(),
                count: Count::Exactly(count),
                choices: vec![choice()],
                earliest_day: "2026-11-22".to_owned(),
                latest_day: "2027-11-22".to_owned(),
            }),
            ..Fake::at_desk(Role::Admin)
        };
        let page = fake.get("/admin/reviews/new?filter=q%3Danna").await;
        assert!(page.says("Connected links: “anna”"), "{}", page.html);
        assert!(page.contains("href=\"/admin/links?q=anna\""));
        assert_eq!(page.contains("action=\"/admin/reviews/begin\""), begins);
        assert_eq!(page.says("there is nothing to review"), !begins);
    }
}

#[tokio::test]
async fn ones_own_link_is_not_asked_about() {
    let mut running = review(ReviewState::Running);
    running.items.truncate(1);
    running.items[0].is_own = true;
    let page = look(running, "").await;
    assert!(page.says("This is your own link"));
    assert!(!page.contains("said[0]") && !page.contains("name=\"rest\""));
}

#[tokio::test]
async fn whoever_is_not_asked_and_whoever_comes_late_only_look() {
    let mut unnamed = review(ReviewState::Running);
    unnamed.may_decide = false;
    unnamed.may_manage = false;
    unnamed.show = ReviewShow::All;
    let page = look(unnamed, "?show=all").await;
    assert!(!page.has_form("/admin/reviews/decide") && !page.contains("Waiting for you"));
    assert!(!page.contains("/carry-out") && !page.contains("/close"));
    let closed = look(review(ReviewState::Closed), "").await;
    assert!(!closed.has_form("/admin/reviews/decide"));
    assert!(closed.contains(&format!("/admin/reviews/{ID}/pack")));
    assert!(!closed.contains("/carry-out") && !closed.has_form("/admin/reviews/reviewer"));
}

#[tokio::test]
async fn a_review_says_what_became_of_each_login() {
    let mut running = review(ReviewState::Running);
    running.items = vec![item(1), item(2), item(3)];
    running.items[0].login = ReviewedLogin::Disconnected(moment());
    running.items[1].login = ReviewedLogin::Gone;
    running.items[2].login = ReviewedLogin::ConnectedAgain;
    let page = look(running, "").await;
    for says in [
        "Disconnected by this review ",
        "Disconnected meanwhile, not by this review.",
        "and connected again since.",
    ] {
        assert!(page.says(says), "{says}");
    }
}

#[tokio::test]
async fn a_review_begins_with_a_name_a_last_day_and_reviewers() {
    let new = NewReview {
        filter: Listing::default(),
        count: Count::Exactly(120),
        choices: vec![choice()],
        earliest_day: "2026-11-22".to_owned(),
        latest_day: "2027-11-22".to_owned(),
    };
    for (problem, focused) in [
        ("", ""),
        ("bad_name", "id=\"name\""),
        ("bad_day", "id=\"due\""),
    ] {
        let fake = Fake {
            new_review: Some(new.clone()),
            ..Fake::at_desk(Role::Owner)
        };
        let page = fake
            .get(&format!("/admin/reviews/new?problem={problem}"))
            .await;
        assert_eq!(page.status(), 200);
        assert!(page.focuses(focused), "{problem}");
        let form = page.form("/admin/reviews/begin");
        assert!(form.contains("name=\"reviewers[]\"") && form.contains("type=\"date\""));
        assert!(page.says("All connected links") && page.says("Tomas Lind"));
    }
    // Nobody looks behind the door whom the server doesn't let in.
    let page = Fake::at_desk(Role::Admin).get("/admin/reviews/new").await;
    assert_ne!(page.status(), 200);
}

#[tokio::test]
async fn what_disconnects_and_what_closes_say_what_will_happen_and_ask_who_it_is_first() {
    for is_fresh in [true, false] {
        let fake = Fake {
            revocations: Some(Revocations {
                line: line(ReviewState::Running),
                logins: vec![Revocation {
                    name: "Person 7".to_owned(),
                    email: "p7@harbourlane.test".to_owned(),
                    clio_email: None,
                    note: "left in May".to_owned(),
                }],
                count: 130,
                at_once: 100,
                is_fresh,
            }),
            closing_review: Some(ClosingReview {
                line: line(ReviewState::Running),
                to_carry_out: 6,
                is_fresh,
            }),
            ..Fake::at_desk(Role::Admin)
        };
        let page = fake
            .clone()
            .get(&format!("/admin/reviews/{ID}/carry-out"))
            .await;
        assert!(
            page.says("left in May") && page.says("And 129 more."),
            "{}",
            page.html
        );
        assert!(page.says("100 at a time"));
        assert_eq!(page.has_form("/admin/reviews/carry-out"), is_fresh);
        assert_eq!(page.contains("/account/confirm?then="), !is_fresh);
        let page = fake.get(&format!("/admin/reviews/{ID}/close")).await;
        assert!(
            page.says("30 links stay without a decision"),
            "{}",
            page.html
        );
        assert!(page.says("6 logins that should go stay connected."));
        assert_eq!(page.has_form("/admin/reviews/close"), is_fresh);
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    for path in ["", "/carry-out", "/close"] {
        let page = Fake::at_desk(Role::Admin)
            .get(&format!("/admin/reviews/{ID}{path}"))
            .await;
        assert_eq!(page.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn names_and_notes_are_text() {
    let mut running = review(ReviewState::Running);
    running.line.name = HOSTILE.to_owned();
    running.items[0].name = HOSTILE.to_owned();
    running.items[0].said = Some(SaidBefore {
        decision: ReviewDecision::Unsure,
        note: HOSTILE.to_owned(),
        by: HOSTILE.to_owned(),
        at: moment(),
    });
    let page = look(running, "").await;
    assert!(!page.contains("<script>alert("), "{}", page.html);
}
