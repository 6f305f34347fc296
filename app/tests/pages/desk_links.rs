//! The list of links.

use app::wire::{
    LinkMethod, Role, Status,
    desk::links::{Count, Line, LinksPage, Matched, Reviewed, SavedView},
};
use axum::http::StatusCode;

use crate::fake::{Fake, HOSTILE, moment};

fn line(person: &str) -> Line {
    Line {
        roster: None,
        link: "01900000-0000-7000-8000-000000000001".to_owned(),
        person: person.to_owned(),
        email: "d.whitlock@harbourlane.test".to_owned(),
        clio_email: Some("dana@mail.test".to_owned()),
        drifted: true,
        status: Status::Active,
        role: Role::Member,
        method: LinkMethod::Code,
        matched: Matched::Email,
        linked: moment(),
        linked_from: "Firefox on Windows, 203.0.113.7".to_owned(),
        used: moment(),
        unlinked: None,
        review: Some(Reviewed {
            at: moment(),
            by: "Rae Viewer".to_owned(),
        }),
    }
}

fn page(lines: Vec<Line>) -> LinksPage {
    LinksPage {
        firms: None,
        count: Count::Exactly(1_204),
        lines,
        previous: None,
        next: None,
        too_short: false,
        may_decide: true,
        views: Vec::new(),
    }
}

fn desk(links: LinksPage) -> Fake {
    Fake {
        links: Some(links),
        ..Fake::at_desk(Role::Reviewer)
    }
}

#[tokio::test]
async fn each_link_is_a_row_with_its_provenance() {
    let page = desk(page(vec![line("Dana Whitlock")]))
        .get("/admin/links")
        .await;
    assert_eq!(page.status(), StatusCode::OK);
    for text in [
        "1,204 links",
        "Dana Whitlock",
        "/admin/links/01900000-0000-7000-8000-000000000001",
        "Code to the mailbox",
        "Firefox on Windows, 203.0.113.7",
        "Differ",
    ] {
        assert!(page.says(text), "{text}");
    }
    assert!(!page.contains("Rae Viewer"), "a column that wasn’t chosen");
}

#[tokio::test]
async fn a_page_of_the_desk_brings_its_looks_and_its_keys_along() {
    let page = desk(page(vec![line("Dana Whitlock")]))
        .get("/admin/links")
        .await;
    let (head, _) = page.html.split_once("</head>").unwrap();
    assert!(head.contains("<link rel=\"stylesheet\" href=\"/assets/desk.0123.css\""));
    assert!(
        page.html.contains("/assets/vestibule.0123.js"),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn columns_are_shown_as_chosen() {
    let fake = desk(page(vec![line("Dana Whitlock")]));
    let page = fake
        .get("/admin/links?column=person&column=matched&column=reviewed")
        .await;
    assert!(page.contains("by Rae Viewer") && page.contains("Same e-mail"));
    assert!(!page.contains("203.0.113.7"));
}

#[tokio::test]
async fn heads_sort_and_say_how_the_list_is_sorted() {
    let fake = desk(page(vec![line("Dana Whitlock")]));
    let page = fake.get("/admin/links?q=anna&sort=person").await;
    assert!(page.contains("aria-sort=\"ascending\""));
    assert!(page.contains("q=anna&amp;sort=person&amp;order=reversed"));
    assert!(page.contains("/admin/links.csv?q=anna&amp;sort=person"));
}

#[tokio::test]
async fn a_list_leads_to_a_review_of_it_where_there_is_something_to_review() {
    let way = "/admin/reviews/new";
    let links = page(vec![line("Dana Whitlock")]);
    let seen = desk(links.clone())
        .get("/admin/links?q=anna&sort=person&after=1.2.3")
        .await;
    assert!(seen.contains(&format!("href=\"{way}?filter=q%3Danna\"")));
    let seen = desk(links.clone()).get("/admin/links").await;
    assert!(seen.contains(&format!("href=\"{way}\"")));
    let seen = desk(links.clone())
        .get("/admin/links?connection=disconnected")
        .await;
    assert!(!seen.contains(way), "only connected links are reviewed");
    assert!(
        !desk(page(Vec::new()))
            .get("/admin/links")
            .await
            .contains(way)
    );
    let mut links = links;
    links.may_decide = false;
    assert!(!desk(links).get("/admin/links").await.contains(way));
}

#[tokio::test]
async fn what_is_on_can_be_taken_off() {
    let fake = desk(page(vec![line("Dana Whitlock")]));
    let page = fake.get("/admin/links?status=active&dormant=90").await;
    assert!(page.contains("Not used for 90 days"));
    assert!(page.contains("href=\"/admin/links?status=active\""));
    assert!(page.contains("Take all off"));
}

#[tokio::test]
async fn pages_lead_on_and_back_with_the_filter() {
    let mut links = page(vec![line("Dana Whitlock")]);
    links.previous = Some("0.7.1".to_owned());
    links.next = Some("0.9.1".to_owned());
    links.count = Count::MoreThan(10_000);
    let page = desk(links)
        .get("/admin/links?role=member&after=0.6.1")
        .await;
    assert!(page.contains("More than 10,000 links"));
    assert!(page.contains("/admin/links?role=member&amp;before=0.7.1"));
    assert!(page.contains("/admin/links?role=member&amp;after=0.9.1"));
    assert!(page.contains("/admin/links?role=member&amp;page=last"));
}

#[tokio::test]
async fn an_empty_list_says_what_to_do() {
    let mut none = page(Vec::new());
    none.count = Count::Exactly(0);
    let nobody = desk(none.clone()).get("/admin/links").await;
    assert!(nobody.contains("Nobody has linked a Clio login yet"));
    let filtered = desk(none.clone()).get("/admin/links?q=nobody").await;
    assert!(filtered.contains("No link is like that"));
    assert!(filtered.contains("Show all links"));
    none.too_short = true;
    let short = desk(none).get("/admin/links?q=ab").await;
    assert!(short.contains("three characters or more"));
}

#[tokio::test]
async fn kept_lists_are_one_press_away() {
    let mut links = page(vec![line("Dana Whitlock")]);
    links.views = vec![SavedView {
        id: "1".to_owned(),
        name: HOSTILE.to_owned(),
        query: "reviewed=no".to_owned(),
        shared: true,
        of: None,
    }];
    let page = desk(links).get("/admin/links?reviewed=no").await;
    assert!(!page.contains(HOSTILE));
    assert!(page.contains("href=\"/admin/links?reviewed=no\""));
    assert!(
        page.form("/admin/links/views/forget")
            .contains("value=\"1\"")
    );
    assert!(
        page.form("/admin/links/views/keep")
            .contains("value=\"reviewed=no\"")
    );
}

#[tokio::test]
async fn names_and_searches_are_text() {
    let fake = desk(page(vec![line(HOSTILE)]));
    let page = fake
        .get("/admin/links?q=%3Cscript%3Ealert(%22x%22)%3C/script%3E%26'")
        .await;
    assert!(!page.contains(HOSTILE));
    assert!(page.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn strangers_sign_in_and_members_are_refused() {
    let stranger = Fake::default().get("/admin/links").await;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER);
    let member = Fake::signed_in(Status::Active).get("/admin/links").await;
    assert_eq!(member.status(), StatusCode::FORBIDDEN);
}
