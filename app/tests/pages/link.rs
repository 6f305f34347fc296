//! `/link`, while the account is still to be proved.

use app::wire::{Asked, LinkStep, PendingLink};

use crate::fake::{Fake, HOSTILE, Page, moment, pending_link};

const EMAIL: &str = "d.whitlock@harbourlane.test";

async fn prompt(step: LinkStep, path: &str) -> Page {
    let link = PendingLink {
        step,
        ..pending_link()
    };
    let fake = Fake {
        link: Some(link),
        without_bundle: true,
        ..Fake::default()
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

fn prove(tries_left: u8, code_sent: bool) -> LinkStep {
    LinkStep::Prove {
        tries_left,
        code_sent,
        asked: None,
        may_keep_separate: false,
    }
}

fn asked(declined: bool) -> Asked {
    Asked {
        at: moment(),
        reference: "7Q4K-92MX".to_owned(),
        declined,
        more: None,
    }
}

#[tokio::test]
async fn everybody_is_offered_the_same_proofs_in_the_same_order() {
    let page = prompt(prove(5, false), "/link").await;
    assert!(page.contains("<title>Is this account yours? · Harbour &amp; Lane</title>"));
    let places: Vec<_> = [
        "Show that it’s yours</h2>",
        "method=\"post\" action=\"/link/password\"",
        "method=\"post\" action=\"/link/code/send\"",
        "href=\"/auth/clio/start?purpose=link\"",
        "method=\"post\" action=\"/link/ask\"",
        "What changes</h2>",
        "method=\"post\" action=\"/link/cancel\"",
    ]
    .map(|text| page.html.find(text).unwrap())
    .into();
    assert!(places.is_sorted(), "{places:?}");
    assert!(!page.has_form("/link/code"));
    assert!(!page.has_form("/link/separate"));
}

#[tokio::test]
async fn each_proof_sends_its_one_field() {
    let page = prompt(prove(5, true), "/link").await;
    let password = page.form("/link/password");
    assert!(password.contains("name=\"password\""));
    assert!(password.contains("autocomplete=\"current-password\""));
    assert_eq!(password.matches(" name=").count(), 1, "{password}");

    let code = page.form("/link/code");
    assert!(code.contains("name=\"code\"") && code.contains("autocomplete=\"one-time-code\""));
    assert_eq!(code.matches(" name=").count(), 1, "{code}");

    let ask = page.form("/link/ask");
    assert!(ask.contains("name=\"message\"") && ask.contains("maxlength=\"500\""));
    assert!(ask.contains("<label for=\"message\">What should the administrator know?</label>"));
    assert!(!ask.contains(" required"));

    for (action, act) in [
        ("/link/code/send", "Send a new code"),
        ("/link/cancel", "Use another Clio login"),
    ] {
        let form = page.form(action);
        assert!(form.contains(act) && !form.contains(" name="), "{form}");
    }
}

#[tokio::test]
async fn code_is_mailed_first_and_typed_here() {
    let before = prompt(prove(5, false), "/link").await;
    assert!(before.says(&format!("Mail a code to {EMAIL}")));

    let after = prompt(prove(5, true), "/link").await;
    assert!(after.says("Read the mail on any device, and type the code here."));
    assert!(after.form("/link/code").contains("Check the code"));
    assert!(!after.says("Mail a code to"));
}

#[tokio::test]
async fn nothing_of_the_account_is_shown_but_its_e_mail() {
    let page = prompt(prove(5, false), "/link").await;
    let (_, account) = page.html.split_once("An account here</h2>").unwrap();
    let (account, _) = account.split_once("</section>").unwrap();
    assert!(account.contains(EMAIL));
    assert!(
        !account.contains("Dana") && !account.contains("Whitlock"),
        "{account}"
    );
}

#[tokio::test]
async fn prompts_of_two_accounts_are_the_same_byte_for_byte() {
    let one = prompt(prove(5, false), "/link").await;
    let other = prompt(prove(5, false), "/link").await;
    assert_eq!(one.html, other.html);
    assert_eq!(one.policy(), other.policy());
}

#[tokio::test]
async fn wrong_guess_is_told_at_its_own_field_with_the_tries_left() {
    let password = prompt(prove(4, true), "/link?problem=wrong_password").await;
    assert!(
        password.says(
            "That isn’t the password of this account. Nothing was changed. 4 tries are left."
        )
    );
    assert!(
        password
            .form("/link/password")
            .contains("aria-invalid=\"true\"")
    );
    assert!(!password.form("/link/code").contains("aria-invalid"));
    assert!(!password.contains("class=\"note\""));

    let code = prompt(prove(1, true), "/link?problem=wrong_code").await;
    assert!(code.says("That isn’t the code we sent last."));
    assert!(code.says("One try is left."));
    assert!(code.form("/link/code").contains("aria-invalid=\"true\""));
    assert!(!code.form("/link/password").contains("aria-invalid"));
    assert!(!code.contains("class=\"note\""));
}

#[tokio::test]
async fn what_belongs_to_no_field_is_told_above_the_proofs() {
    for (problem, words) in [
        ("too_many", "in a minute you can ask for a new one"),
        ("expired", "This has run out"),
        ("changed", "Something else changed in the meantime"),
        // The code can't be typed any more.
        ("wrong_code", "That isn’t the code we sent last."),
    ] {
        let page = prompt(prove(4, false), &format!("/link?problem={problem}")).await;
        let (_, body) = page.html.split_once("<body>").unwrap();
        let note = body.find("class=\"note\"").unwrap();
        let told = body.find(words).unwrap();
        let rungs = body.find("class=\"rungs\"").unwrap();
        assert!(note < told && told < rungs, "{problem}");
        assert!(!page.contains("aria-invalid"), "{problem}");
        assert_eq!(page.focused(), ["section"], "{problem}");
    }
}

#[tokio::test]
async fn code_asked_for_too_soon_is_told_above_and_not_at_the_field_for_the_last_one() {
    let page = prompt(prove(5, true), "/link?problem=too_many").await;
    assert!(page.says("If a code was sent a moment ago, look for its mail"));
    assert!(page.title().starts_with("Problem: That was too soon · "));
    assert!(page.has_form("/link/code") && !page.contains("aria-invalid"));
    assert_eq!(page.focused(), ["section"]);
}

#[tokio::test]
async fn tab_and_focus_say_what_came_of_the_form() {
    for (path, code_sent, title, focused) in [
        ("/link", false, "Is this account yours? · ", None),
        (
            "/link",
            true,
            "A code is on its way · Is this account yours? · ",
            Some("id=\"code\""),
        ),
        (
            "/link?problem=wrong_password",
            true,
            "Problem: That isn’t the password of this account · Is",
            Some("id=\"password\""),
        ),
        (
            "/link?problem=wrong_code",
            true,
            "Problem: That isn’t the code we sent last · Is",
            Some("id=\"code\""),
        ),
        (
            "/link?done=asked",
            true,
            "An administrator has your question · Is",
            Some("id=\"code\""),
        ),
    ] {
        let page = prompt(prove(4, code_sent), path).await;
        assert!(page.title().starts_with(title), "{path}: {}", page.title());
        assert_eq!(
            page.focused(),
            ["input"].repeat(focused.iter().len()),
            "{path}"
        );
        assert!(page.focuses(focused.unwrap_or_default()), "{path}");
    }
    let used_up = prompt(prove(0, true), "/link?problem=too_many").await;
    assert!(used_up.title().starts_with("Problem: No tries are left · "));
    assert_eq!(used_up.focused(), ["section"]);
}

#[tokio::test]
async fn prompt_without_tries_offers_new_ones_and_keeps_the_administrator() {
    for step in [
        prove(0, true),
        LinkStep::ProveMore {
            tries_left: 0,
            asked: None,
        },
    ] {
        let page = prompt(step, "/link?problem=too_many").await;
        assert!(page.contains("No tries are left"));
        assert!(page.contains("href=\"/auth/clio/start\""));
        // Waiting doesn't help.
        assert!(!page.contains("Wait a few minutes"));
        assert!(page.has_form("/link/ask"));
        for gone in ["/link/password", "/link/code", "/link/code/send"] {
            assert!(!page.has_form(gone), "{gone}");
        }
    }
}

#[tokio::test]
async fn question_to_an_administrator_shows_how_it_stands() {
    let step = |declined| LinkStep::Prove {
        tries_left: 5,
        code_sent: false,
        asked: Some(asked(declined)),
        may_keep_separate: false,
    };
    let waits = prompt(step(false), "/link?done=asked").await;
    assert!(waits.contains("<code>7Q4K-92MX</code>"));
    assert!(waits.contains("datetime=\"2026-11-12T14:05:00Z\""));
    assert!(waits.says("You get a mail once it is decided; sign in again then."));
    assert!(waits.contains("An administrator has your question."));
    assert!(!waits.has_form("/link/ask"));

    let declined = prompt(step(true), "/link").await;
    assert!(declined.says("An administrator decided not to link them."));
    assert!(declined.has_form("/link/ask"));
}

#[tokio::test]
async fn account_of_its_own_is_offered_where_policy_allows() {
    let step = LinkStep::Prove {
        tries_left: 5,
        code_sent: false,
        asked: None,
        may_keep_separate: true,
    };
    let page = prompt(step, "/link").await;
    let form = page.form("/link/separate");
    assert!(form.contains("Keep them separate") && !form.contains(" name="));
    assert!(page.says("an administrator approves it first"));
}

#[tokio::test]
async fn proved_mailbox_may_need_one_more_proof_which_is_no_code() {
    let step = LinkStep::ProveMore {
        tries_left: 3,
        asked: None,
    };
    let page = prompt(step, "/link?problem=wrong_password").await;
    assert!(page.contains("One more proof</h1>"));
    assert!(page.says("3 tries are left."));
    assert!(page.has_form("/link/password") && page.has_form("/link/ask"));
    assert!(page.contains("href=\"/auth/clio/start?purpose=link\""));
    assert!(!page.has_form("/link/code") && !page.has_form("/link/code/send"));
}

#[tokio::test]
async fn without_a_pending_link_there_is_nothing_to_link() {
    let page = Fake::default().get("/link?problem=expired").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("There’s nothing to link</h1>"));
    assert!(page.contains("This has run out"));
    assert!(page.contains("href=\"/sign-in\""));
}

#[tokio::test]
async fn hostile_names_are_text() {
    let fake = |code_sent| Fake {
        link: Some(PendingLink {
            clio_name: HOSTILE.to_owned(),
            clio_email: format!("{HOSTILE}@example.com"),
            step: prove(5, code_sent),
        }),
        without_bundle: true,
        ..Fake::default()
    };
    for code_sent in [false, true] {
        let page = fake(code_sent).get("/link").await;
        assert!(!page.contains("<script"), "{}", page.html);
        assert!(
            page.contains("value=\"&lt;script&gt;alert(&quot;x&quot;)"),
            "{}",
            page.html
        );
    }
}
