//! `/welcome`.

use app::wire::{Status, Welcome};

use crate::fake::{Fake, HOSTILE};

fn first_time(first_name: &str) -> Fake {
    Fake {
        welcome: Some(Welcome {
            first_name: first_name.to_owned(),
            last_name: "Whitlock".to_owned(),
            email: "d.whitlock@harbourlane.test".to_owned(),
            goes_on_to: None,
        }),
        ..Fake::signed_in(Status::Active)
    }
}

#[tokio::test]
async fn names_are_filled_in_and_can_be_mended() {
    let page = first_time("Dana").get("/welcome").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("action=\"/welcome/names\""));
    assert!(page.contains("value=\"Dana\"") && page.contains("value=\"Whitlock\""));
    assert!(page.contains("d.whitlock@harbourlane.test"));
}

#[tokio::test]
async fn hostile_names_stay_inside_their_field() {
    let page = first_time(HOSTILE).get("/welcome").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(page.contains("&quot;x&quot;"), "{}", page.html);
}

#[tokio::test]
async fn odd_names_come_back_with_words() {
    let page = first_time("Dana").get("/welcome?problem=bad_name").await;
    assert!(page.contains("Mend it and save again."));
}
