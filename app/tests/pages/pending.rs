//! `/pending`.

use app::wire::{Status, Waiting};

use crate::fake::{Fake, moment};

#[tokio::test]
async fn approval_is_explained_and_can_be_left() {
    let fake = Fake {
        waiting: Some(Waiting::ForApproval {
            email: "lena@brandtlaw.test".to_owned(),
            since: moment(),
            is_proved: false,
            manage: None,
        }),
        ..Fake::signed_in(Status::Pending)
    };
    let page = fake.get("/pending").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("lena@brandtlaw.test"));
    assert!(page.contains("datetime=\"2026-11-12T14:05:00Z\""));
    assert!(page.contains("action=\"/auth/sign-out\""));
}

#[tokio::test]
async fn mailbox_is_proved_by_a_code() {
    let waiting = |code_sent| Fake {
        waiting: Some(Waiting::ForMailbox {
            email: "lena@brandtlaw.test".to_owned(),
            code_sent,
        }),
        ..Fake::signed_in(Status::Pending)
    };
    let before = waiting(false).get("/pending?problem=too_many").await;
    assert!(before.contains("in a minute you can ask for a new one"));
    assert!(before.contains("action=\"/pending/code/send\""));
    assert!(!before.contains("name=\"code\""));

    let after = waiting(true).get("/pending?problem=wrong_code").await;
    assert!(after.contains("method=\"post\" action=\"/pending/code\""));
    assert!(after.contains("autocomplete=\"one-time-code\""));
    assert!(after.says("That isn’t the code we sent last."));
    assert!(after.contains("aria-invalid") && after.focuses("id=\"code\""));

    let too_soon = waiting(true).get("/pending?problem=too_many").await;
    assert!(too_soon.contains("in a minute you can ask for a new one"));
    assert!(!too_soon.contains("aria-invalid"));
    assert_eq!(too_soon.focused(), ["section"]);

    let sent = waiting(true).get("/pending").await;
    assert!(sent.title().starts_with("A code is on its way · "));
    assert!(sent.focuses("id=\"code\""));
}

#[tokio::test]
async fn what_an_administrator_asks_for_is_shown_with_their_words_and_the_form_for_it() {
    let waiting = |code_sent| Fake {
        waiting: Some(Waiting::ForProof {
            email: "lena@brandtlaw.test".to_owned(),
            since: moment(),
            asked: moment(),
            note: "<b>Please</b> show it.".to_owned(),
            code_sent,
        }),
        ..Fake::signed_in(Status::Pending)
    };
    let before = waiting(false).get("/pending").await;
    assert!(before.says("&lt;b>Please&lt;/b> show it.") || before.says("&lt;b&gt;Please"));
    assert!(before.contains("action=\"/pending/code/send\"") && !before.contains("name=\"code\""));
    assert!(before.says("An administrator looks at your request"));
    let after = waiting(true).get("/pending").await;
    assert!(after.form("/pending/code").contains("Show it"));
    assert!(!after.contains("Go in"));

    let proved = Fake {
        waiting: Some(Waiting::ForApproval {
            email: "lena@brandtlaw.test".to_owned(),
            since: moment(),
            is_proved: true,
            manage: None,
        }),
        ..Fake::signed_in(Status::Pending)
    };
    let page = proved.get("/pending").await;
    assert!(page.says("You have shown that the mailbox is yours."));
}

#[tokio::test]
async fn whoever_waits_for_nothing_any_more_is_welcomed() {
    for fake in [
        Fake::signed_in(Status::Active),
        Fake::signed_in(Status::Pending),
    ] {
        let page = fake.get("/pending").await;
        assert_eq!(page.status(), 303);
        assert_eq!(page.location(), Some("/welcome"));
    }
}

#[tokio::test]
async fn whoever_has_been_welcomed_goes_to_the_account() {
    for path in ["/pending", "/welcome"] {
        let mut fake = Fake::signed_in(Status::Active);
        fake.viewer.as_mut().unwrap().welcomed = true;
        let page = fake.get(path).await;
        assert_eq!(page.status(), 303);
        assert_eq!(page.location(), Some("/account"));
    }
}
