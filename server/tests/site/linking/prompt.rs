//! What the prompt tells before anything is proved: nothing of the account that it located.

use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{PROMPT, prompt_shows};
use crate::harness::{
    Browser, CONNECTED, CONNECTED_EMAIL, DANA, PASSWORD, Reply, Site, account, another_code,
    ask_administrator, confirm_link, connected_login, forget_everybody, give_password, is_logged,
    mailed_code, prompted, send_link_code, set_password, sql, text, type_link_code,
    use_connected_login,
};

/// Dana's e-mail as her account writes it.
const ON_FILE: &str = "D.Whitlock@HarbourLane.test";

/// An account that Dana's e-mail locates.
#[derive(Debug)]
struct Located {
    name: (&'static str, &'static str),
    role: &'static str,
    status: &'static str,
    has_password: bool,
    has_login: bool,
}

/// Accounts that differ in all that a stranger might want to know.
const ACCOUNTS: [Located; 6] = [
    Located {
        name: ("", ""),
        role: "member",
        status: "active",
        has_password: false,
        has_login: false,
    },
    Located {
        name: ("Beatrix", "Undercover"),
        role: "owner",
        status: "active",
        has_password: true,
        has_login: true,
    },
    Located {
        name: ("Beatrix", "Undercover"),
        role: "admin",
        status: "invited",
        has_password: false,
        has_login: false,
    },
    Located {
        name: ("Dana", "Whitlock"),
        role: "reviewer",
        status: "pending",
        has_password: true,
        has_login: false,
    },
    Located {
        name: ("", "Undercover"),
        role: "member",
        status: "pending",
        has_password: false,
        has_login: true,
    },
    Located {
        name: ("Beatrix", ""),
        role: "member",
        status: "invited",
        has_password: true,
        has_login: false,
    },
];

impl Located {
    /// Writes the account into the empty site.
    async fn write(&self, site: &Site) {
        let id = account(site, ON_FILE, self.status).await;
        let (first, last, role) = (self.name.0, self.name.1, self.role);
        sql(
            site,
            &format!(
                "UPDATE accounts
                 SET first_name = '{first}', last_name = '{last}', role = '{role}'"
            ),
        )
        .await;
        if self.has_password {
            set_password(site, id, PASSWORD).await;
        }
        if self.has_login {
            let issuer = site.services.clio.issuer();
            sql(
                site,
                &format!(
                    "INSERT INTO identities (account_id, issuer, subject, email)
                     VALUES ('{id}', '{issuer}', '{CONNECTED}', '{CONNECTED_EMAIL}')"
                ),
            )
            .await;
        }
    }
}

/// Status and place of an answer, and the page that it leads to.
type Seen = (StatusCode, String, String);

/// What somebody sees of an answer, and of the page that it leads to; without what differs from
/// request to request.
async fn seen(site: &Site, browser: &Browser, reply: Reply) -> Seen {
    let location = reply.location().to_owned();
    let page = if location.is_empty() {
        reply.clone()
    } else {
        browser.get(&location).await
    };
    let mut shown = page.body.clone();
    let policy = page.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next());
    let case = text(site, "SELECT reference FROM cases").await;
    let shown_reference = location.split_once("ref=").map(|(_, reference)| reference);
    for own in [nonce, case.as_deref(), shown_reference]
        .into_iter()
        .flatten()
    {
        shown = shown.replace(own, "OWN");
    }
    let location = location.split("ref=").next().unwrap_or_default().to_owned();
    (reply.status, location, without_moments(&shown))
}

/// A page without the moments in it.
fn without_moments(page: &str) -> String {
    let mut pieces = page.split("<time");
    let start = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(start, |shown, piece| {
        shown + "<time" + piece.split_once("</time>").map_or(piece, |(_, rest)| rest)
    })
}

/// A code that isn't the one that was mailed.
async fn wrong_code(site: &Site) -> String {
    another_code(&mailed_code(site, ON_FILE).await)
}

/// What somebody sees who tries out all that the prompt offers, and has nothing to prove with.
async fn tried_out(site: &Site) -> [(&'static str, Seen); 16] {
    let browser = &prompted(site, "dana").await;
    let shown = async |reply: Reply| seen(site, browser, reply).await;
    [
        ("the prompt", shown(browser.get("/link").await).await),
        (
            "a wrong password",
            shown(give_password(browser, "wrong").await).await,
        ),
        (
            "a code before one is sent",
            shown(type_link_code(browser, "123456").await).await,
        ),
        (
            "asking for a code",
            shown(send_link_code(browser).await).await,
        ),
        (
            "asking again at once",
            shown(send_link_code(browser).await).await,
        ),
        (
            "a wrong code",
            shown(type_link_code(browser, &wrong_code(site).await).await).await,
        ),
        (
            "a login of nobody's",
            shown(use_connected_login(site, browser, "stranger").await).await,
        ),
        (
            "the login that waits",
            shown(use_connected_login(site, browser, "dana").await).await,
        ),
        (
            "confirming what isn't proved",
            shown(confirm_link(browser).await).await,
        ),
        (
            "asking an administrator",
            shown(ask_administrator(browser, "It is mine.").await).await,
        ),
        (
            "asking once more",
            shown(ask_administrator(browser, "Please!").await).await,
        ),
        ("no password", shown(give_password(browser, "").await).await),
        (
            "the last try",
            shown(give_password(browser, "wrong").await).await,
        ),
        (
            "one try too many, also with the right password",
            shown(give_password(browser, PASSWORD).await).await,
        ),
        (
            "a code after the tries",
            shown(send_link_code(browser).await).await,
        ),
        (
            "giving up",
            shown(browser.post_form("/link/cancel", &[]).await).await,
        ),
    ]
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_rung_answers_alike_for_accounts_of_every_kind_until_one_is_proved(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        connected_login(settings);
        settings.set("KEEP_SEPARATE", "true");
    })
    .await;
    let mut of_the_first = None;
    for located in &ACCOUNTS {
        forget_everybody(&site).await;
        located.write(&site).await;
        let answers = tried_out(&site).await;
        let of_the_first = of_the_first.get_or_insert_with(|| answers.clone());
        for (own, first) in answers.iter().zip(of_the_first) {
            assert_eq!(own, first, "{located:?}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_prompt_shows_what_the_person_brought_and_nothing_of_the_account(pool: PgPool) {
    let site = Site::start(pool, connected_login).await;
    let [_, owners, ..] = &ACCOUNTS;
    owners.write(&site).await;
    let id = text(&site, "SELECT id::text FROM accounts").await.unwrap();
    let browser = prompted(&site, "dana").await;
    send_link_code(&browser).await.leads_to("/link");
    ask_administrator(&browser, "").await;
    let page = prompt_shows(&browser, PROMPT).await;
    for fact in [
        "Beatrix",
        "Undercover",
        "owner",
        "Owner",
        "D.Whitlock",
        CONNECTED_EMAIL,
        &id,
    ] {
        assert!(!page.contains(fact), "{fact} is shown: {page}");
    }
    assert!(page.contains(DANA) && page.contains("Dana Whitlock"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_address_at_clio_is_shown_as_the_person_brought_it(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        let shouting = Person::new("shouting", "D.WHITLOCK@harbourlane.TEST");
        settings.people.push(shouting);
    })
    .await;
    account(&site, ON_FILE, "active").await;
    let browser = prompted(&site, "shouting").await;
    let page = prompt_shows(&browser, PROMPT).await;
    assert!(page.contains("D.WHITLOCK@harbourlane.TEST"), "{page}");
    assert!(!page.contains(ON_FILE), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_typed_at_the_prompt_is_not_logged(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let browser = prompted(&site, "dana").await;
    let password = "lantern 7391 & nobody's brass";
    give_password(&browser, password).await;
    send_link_code(&browser).await.leads_to("/link");
    let code = mailed_code(&site, DANA).await;
    let wrong = another_code(&code);
    type_link_code(&browser, &wrong).await;
    type_link_code(&browser, &code).await.leads_to("/link");
    let message = "my badge is number 48151623";
    ask_administrator(&browser, message).await;
    for typed in [password, &code, &wrong, message] {
        assert!(!is_logged(typed), "{typed}");
    }
}
