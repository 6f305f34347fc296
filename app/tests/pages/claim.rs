//! `/claim`.

use crate::fake::Fake;

#[tokio::test]
async fn claim_is_carried_to_the_start() {
    let page = Fake::default().get("/claim?token=a%2Bb%22%3E").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("An account has been prepared for you"));
    assert!(
        page.contains("href=\"/auth/clio/start?claim=a%2Bb%22%3E\""),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn link_without_its_last_part_says_so() {
    for path in ["/claim", "/claim?token="] {
        let page = Fake::default().get(path).await;
        assert!(page.contains("This link is incomplete"), "{path}");
        assert!(!page.contains("/auth/clio/start"), "{path}");
    }
}
