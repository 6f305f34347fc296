//! Clio Manage on the pages of people.

use app::wire::{
    ManageConnection, ManageProblem, ManageUser, NoMember, OwnManage, Region, Status, Waiting,
};
use axum::http::StatusCode;

use crate::fake::{Fake, HOSTILE, connections, moment};

fn user() -> ManageUser {
    ManageUser {
        name: "Dana Whitlock".to_owned(),
        email: Some("d.whitlock@harbourlane.test".to_owned()),
        firm: "Harbour & Lane".to_owned(),
        region: Region::Us,
    }
}

fn manage(regions: &[Region]) -> OwnManage {
    OwnManage {
        regions: regions.to_vec(),
        connections: Vec::new(),
        turned_down: None,
    }
}

fn connected() -> OwnManage {
    OwnManage {
        connections: vec![ManageConnection {
            id: "0190-7".to_owned(),
            user: user(),
            is_same_person: true,
            needs_reconnect: false,
            reads_firm: false,
            granted: moment(),
        }],
        ..manage(&[Region::Us])
    }
}

async fn at_connections(manage: Option<OwnManage>, query: &str) -> String {
    let fake = Fake {
        connections: Some(connections()),
        manage,
        ..Fake::signed_in(Status::Active)
    };
    fake.get(&format!("/account/connections{query}"))
        .await
        .html
        .replace("<!>", "")
}

#[tokio::test]
async fn without_clio_manage_nothing_of_it_is_shown() {
    assert!(!at_connections(None, "").await.contains("Manage"));
}

#[tokio::test]
async fn the_only_region_is_one_button_without_a_choice() {
    let page = at_connections(Some(manage(&[Region::Us])), "").await;
    assert!(
        page.contains("/auth/clio-manage/start?region=us&amp;purpose=connect"),
        "{page}"
    );
    assert!(!page.contains("another region"), "{page}");
}

#[tokio::test]
async fn of_several_regions_the_likeliest_comes_first_and_others_with_their_address() {
    let page = at_connections(
        Some(manage(&[Region::Eu, Region::Us, Region::Ca, Region::Au])),
        "",
    )
    .await;
    let at = |region: &str| page.find(&format!("start?region={region}&amp;")).unwrap();
    assert!(
        at("eu") < at("us") && at("us") < at("ca") && at("ca") < at("au"),
        "{page}"
    );
    for address in ["app.clio.com", "ca.app.clio.com", "au.app.clio.com"] {
        assert!(page.contains(address), "{address}");
    }
}

#[tokio::test]
async fn what_is_connected_says_firm_region_and_as_whom_and_can_be_disconnected() {
    let page = at_connections(Some(connected()), "").await;
    for text in [
        "Harbour &amp; Lane",
        "United States",
        "d.whitlock@harbourlane.test",
        "0190-7",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(
        page.contains("/account/connections/manage/disconnect"),
        "{page}"
    );
    assert!(
        !page.contains("Other person") && !page.contains("Connect again<"),
        "{page}"
    );
}

#[tokio::test]
async fn another_person_s_approval_and_a_withdrawn_one_stand_out() {
    let mut other = connected();
    other.connections[0].is_same_person = false;
    let page = at_connections(Some(other), "").await;
    assert!(
        page.contains("Other person") && page.contains("If it isn’t you, disconnect it"),
        "{page}"
    );
    let mut withdrawn = connected();
    withdrawn.connections[0].needs_reconnect = true;
    let page = at_connections(Some(withdrawn), "").await;
    assert!(
        page.contains("Connect again") && page.contains("withdrawn there"),
        "{page}"
    );
}

#[tokio::test]
async fn what_the_firm_s_people_are_read_with_isn_t_disconnected_unawares() {
    const SAYS: &str = "nobody sees any more who left the firm";
    let mut reader = connected();
    assert!(
        !at_connections(Some(reader.clone()), "")
            .await
            .contains(SAYS)
    );
    reader.connections[0].reads_firm = true;
    let page = at_connections(Some(reader), "").await;
    assert!(page.contains(SAYS), "{page}");
}

#[tokio::test]
async fn every_problem_is_told_above_with_its_reference() {
    for problem in ManageProblem::ALL {
        let query = format!("?manage={}&ref=7Q4K-92MX", problem.code());
        let page = at_connections(Some(manage(&[Region::Us])), &query).await;
        assert!(
            page.contains("7Q4K-92MX") && page.contains("role=\"alert\""),
            "{problem:?}"
        );
    }
    let page = at_connections(Some(manage(&[Region::Us])), "?manage=%3Cscript%3E").await;
    assert!(
        page.contains("Clio Manage wasn’t connected") && !page.contains("<script>"),
        "{page}"
    );
}

async fn at_pending(waiting: Waiting) -> String {
    let fake = Fake {
        waiting: Some(waiting),
        ..Fake::signed_in(Status::Pending)
    };
    fake.get("/pending").await.html.replace("<!>", "")
}

fn for_membership(manage: OwnManage, may_ask: bool) -> Waiting {
    Waiting::ForMembership {
        email: "d.whitlock@harbourlane.test".to_owned(),
        manage: Box::new(manage),
        may_ask,
    }
}

#[tokio::test]
async fn whoever_waits_to_show_membership_is_led_to_clio_manage() {
    let page = at_pending(for_membership(manage(&[Region::Us]), true)).await;
    assert!(
        page.contains("start?region=us&amp;purpose=admission"),
        "{page}"
    );
    assert!(page.contains("action=\"/pending/ask\""), "{page}");
    let page = at_pending(for_membership(manage(&[Region::Us]), false)).await;
    assert!(!page.contains("/pending/ask"), "{page}");
}

#[tokio::test]
async fn what_clio_manage_said_is_told_in_plain_words_and_escaped() {
    for (why, text) in [
        (NoMember::Portal, "uses the client portal"),
        (NoMember::OtherPerson, "That isn’t the e-mail"),
        (NoMember::Disabled, "is switched off"),
        (NoMember::OtherFirm, "which isn’t the firm that this is for"),
    ] {
        let hostile = ManageUser {
            name: HOSTILE.to_owned(),
            firm: HOSTILE.to_owned(),
            ..user()
        };
        let turned_down = OwnManage {
            turned_down: Some((hostile, why)),
            ..manage(&[Region::Us])
        };
        let page = at_pending(for_membership(turned_down.clone(), false)).await;
        assert!(
            page.contains(text) && !page.contains(HOSTILE),
            "{why:?}: {page}"
        );
        let page = at_pending(Waiting::ForApproval {
            email: "d.whitlock@harbourlane.test".to_owned(),
            since: moment(),
            is_proved: false,
            manage: Some(Box::new(turned_down)),
        })
        .await;
        assert!(
            page.contains(text) && page.contains("Ask Clio Manage again"),
            "{why:?}: {page}"
        );
    }
}

#[tokio::test]
async fn add_to_clio_asks_who_it_is_first_and_begins_nothing_by_itself() {
    let stranger = Fake {
        manage: Some(manage(&[Region::Us])),
        ..Fake::default()
    };
    let page = stranger.get("/add-to-clio?region=us").await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.html.replace("<!>", "");
    assert!(
        page.contains("/auth/clio/start?return_to=%2Fadd-to-clio%3Fregion%3Dus"),
        "{page}"
    );
    let dana = Fake {
        manage: Some(manage(&[Region::Us, Region::Eu])),
        ..Fake::signed_in(Status::Active)
    };
    let page = dana
        .get("/add-to-clio?region=eu")
        .await
        .html
        .replace("<!>", "");
    let at = |region: &str| {
        page.find(&format!("region={region}&amp;purpose=add"))
            .unwrap()
    };
    assert!(at("eu") < at("us"), "{page}");
    let none = Fake::signed_in(Status::Active).get("/add-to-clio").await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
}
