//! One decision about many.

use app::wire::{
    Role,
    desk::{BulkItem, BulkLine, BulkPage, BulkStage, Confirming, Deed, Skip},
};
use axum::http::StatusCode;

use crate::fake::{Fake, HOSTILE, Page, moment};

const ID: &str = "01900000-0000-7000-8000-000000000001";

fn act(deed: Deed, stage: BulkStage) -> BulkPage {
    BulkPage {
        act: BulkLine {
            id: ID.to_owned(),
            deed,
            stage,
            by: "Rae Viewer".to_owned(),
            at: moment(),
        },
        reason: None,
        until: None,
        list: None,
        waiting: 2,
        done: 0,
        skipped: vec![(Skip::Oneself, 1)],
        items: vec![BulkItem {
            name: HOSTILE.to_owned(),
            email: "d.whitlock@harbourlane.test".to_owned(),
            account: format!("/admin/accounts/{ID}"),
            clio_email: None,
            is_done: false,
            skip: Some(Skip::Oneself),
        }],
        next: None,
        is_later_page: false,
        confirming: Confirming::Open,
        may_stop: true,
        undo_until: None,
        undone_by: None,
        undoes: None,
    }
}

async fn shown(facts: BulkPage) -> Page {
    let fake = Fake {
        bulk: Some(facts),
        ..Fake::at_desk(Role::Admin)
    };
    let page = fake.get(&format!("/admin/bulk/{ID}")).await;
    assert_eq!(page.status(), StatusCode::OK);
    page
}

#[tokio::test]
async fn a_preview_says_what_will_happen_and_asks_for_the_reason_before_the_yes() {
    let page = shown(act(Deed::Suspend, BulkStage::Ready)).await;
    for text in [
        "Suspend accounts",
        "will be changed",
        "left alone",
        "it is your own account",
        "You can undo all of it as one act for 14 days.",
        "/admin/bulk/confirm",
        "name=\"reason\"",
        "name=\"until\"",
        "/admin/bulk/cancel",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(!page.html.contains(HOSTILE));
}

#[tokio::test]
async fn whoever_did_not_prepare_it_or_is_not_fresh_finds_no_button_to_say_yes() {
    let mut stale = act(Deed::Unlink, BulkStage::Ready);
    stale.confirming = Confirming::NotFresh;
    let mut others = act(Deed::Unlink, BulkStage::Ready);
    others.confirming = Confirming::Others;
    others.may_stop = false;
    for (facts, says) in [
        (stale, "Confirm that it’s you"),
        (others, "Only whoever prepared this can say yes to it."),
    ] {
        let page = shown(facts).await;
        assert!(page.says(says), "{says}: {}", page.html);
        assert!(!page.html.contains("/admin/bulk/confirm"));
    }
}

#[tokio::test]
async fn work_under_way_shows_how_far_it_is_and_can_be_stopped() {
    let mut running = act(Deed::Review, BulkStage::Running);
    running.done = 5;
    let page = shown(running).await;
    for text in [
        "6 of 8 so far.",
        "<progress",
        "data-under-way",
        "Stop here",
        "See how far it is",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn a_report_offers_to_undo_all_of_it_as_long_as_that_can_be_done() {
    let mut over = act(Deed::Suspend, BulkStage::Finished);
    over.waiting = 0;
    over.done = 2;
    over.reason = Some("The office closes.".to_owned());
    let page = shown(over.clone()).await;
    assert!(page.says("The office closes."), "{}", page.html);
    assert!(!page.html.contains("/admin/bulk/undo"));
    over.undo_until = Some("December 6, 2026".to_owned());
    let page = shown(over).await;
    for text in ["/admin/bulk/undo", "Undo all of it", "December 6, 2026"] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn the_list_of_acts_names_each_and_says_what_to_do_while_there_is_none() {
    let fake = |bulks| Fake {
        bulks: Some(bulks),
        ..Fake::at_desk(Role::Reviewer)
    };
    let line = act(Deed::Unlink, BulkStage::Stopped).act;
    let page = fake(vec![line]).get("/admin/bulk").await;
    for text in ["Disconnect logins", "Stopped", "Rae Viewer"] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let page = fake(Vec::new()).get("/admin/bulk").await;
    assert!(
        page.says("Tick rows in a list of links to begin."),
        "{}",
        page.html
    );
}
