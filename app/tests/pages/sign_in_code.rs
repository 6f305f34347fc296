//! `/sign-in/code`.

use app::wire::SentCode;

use crate::fake::{Fake, HOSTILE};

fn sent(email: &str) -> Fake {
    Fake {
        sent_code: Some(SentCode {
            email: email.to_owned(),
        }),
        ..Fake::default()
    }
}

#[tokio::test]
async fn code_is_typed_without_learning_whether_an_account_exists() {
    let page = sent("dana@harbourlane.test").get("/sign-in/code").await;
    assert_eq!(page.status(), 200);
    assert!(page.says("a code is on its way to it. Type it here."));
    assert!(page.contains("If an account here has "));

    let form = page.form("/auth/local/code");
    assert!(form.contains("type=\"hidden\" name=\"email\" value=\"dana@harbourlane.test\""));
    assert!(form.contains("name=\"code\"") && form.contains("autocomplete=\"one-time-code\""));
    assert!(form.contains("inputmode=\"numeric\""));

    let again = page.form("/auth/local/code/send");
    assert!(again.contains("type=\"hidden\" name=\"email\" value=\"dana@harbourlane.test\""));
    assert!(page.contains("href=\"/sign-in\""));
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn code_that_does_not_fit_is_told_at_the_field() {
    for (problem, words) in [
        ("wrong_code", "That isn’t the code we sent last."),
        ("too_many", "Wait a few minutes, then try again."),
    ] {
        let path = format!("/sign-in/code?problem={problem}");
        let page = sent("dana@harbourlane.test").get(&path).await;
        let form = page.form("/auth/local/code");
        assert!(form.contains(words), "{problem}");
        assert!(form.contains("aria-invalid=\"true\""), "{problem}");
    }
}

#[tokio::test]
async fn without_a_code_there_is_nothing_to_type() {
    let page = Fake::default().get("/sign-in/code").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("There’s no code to type</h1>"));
    assert!(page.contains("href=\"/sign-in\""));
    assert!(!page.contains("<form"));

    let expired = Fake::default().get("/sign-in/code?problem=expired").await;
    assert!(expired.contains("This has run out"));
}

#[tokio::test]
async fn hostile_addresses_are_text() {
    let page = sent(HOSTILE).get("/sign-in/code").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(page.contains("&lt;script&gt;"));
    assert_eq!(page.html.matches("&quot;x&quot;").count(), 2);
}
