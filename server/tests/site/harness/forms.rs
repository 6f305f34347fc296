//! Every form there is, and people in every state to send them.

use super::{
    accounts::{PASSWORD, account_with_password},
    browser::Browser,
    database::sql,
    people::{DANA, prompted, signed_in},
    site::Site,
};

/// An id that is nobody's.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// What each form sends when it is filled in.
pub const FORMS: [(&str, &[(&str, &str)]); 70] = [
    (
        "/admin/links/views/keep",
        &[("name", "Mine"), ("query", "reviewed=no")],
    ),
    (
        "/admin/links/views/forget",
        &[("view", "00000000-0000-7000-8000-000000000000")],
    ),
    ("/auth/sign-out", &[]),
    (
        "/auth/local/password",
        &[("email", DANA), ("password", PASSWORD)],
    ),
    ("/auth/local/code/send", &[("email", DANA)]),
    ("/auth/local/code", &[("email", DANA), ("code", "123456")]),
    ("/not-me/act", &[("token", "made up")]),
    ("/link/password", &[("password", PASSWORD)]),
    ("/link/code/send", &[]),
    ("/link/code", &[("code", "123456")]),
    ("/link/ask", &[("message", "It is mine.")]),
    ("/link/confirm", &[("name", "clio")]),
    ("/link/separate", &[]),
    ("/link/cancel", &[]),
    ("/pending/code/send", &[]),
    ("/pending/ask", &[]),
    ("/pending/code", &[("code", "123456")]),
    (
        "/welcome/names",
        &[("first_name", "Changed"), ("last_name", "Changed")],
    ),
    (
        "/account/suggestion",
        &[("field", "first_name"), ("take", "true")],
    ),
    ("/account/undo", &[("event", "1")]),
    ("/account/connections/connect", &[]),
    (
        "/account/connections/manage/disconnect",
        &[("connection", "00000000-0000-7000-8000-000000000000")],
    ),
    (
        "/account/connections/disconnect",
        &[("identity", "00000000-0000-7000-8000-000000000000")],
    ),
    ("/account/sessions/end", &[("session", "all")]),
    (
        "/account/password",
        &[("password", PASSWORD), ("again", PASSWORD)],
    ),
    ("/account/confirm/password", &[("password", PASSWORD)]),
    ("/account/confirm/code/send", &[]),
    ("/account/confirm/code", &[("code", "123456")]),
    ("/admin/queue/approve", &[("item", NO_ITEM)]),
    (
        "/admin/queue/decline",
        &[("item", NO_ITEM), ("reason", "We don’t know them.")],
    ),
    ("/admin/queue/ask", &[("item", NO_ITEM)]),
    (
        "/admin/accounts/approve",
        &[("account", NOBODY), ("reason", "They asked for it.")],
    ),
    (
        "/admin/accounts/reject",
        &[("account", NOBODY), ("reason", "They asked for it.")],
    ),
    (
        "/admin/accounts/reactivate",
        &[("account", NOBODY), ("reason", "They asked for it.")],
    ),
    (
        "/admin/accounts/end-sessions",
        &[("account", NOBODY), ("reason", "They asked for it.")],
    ),
    (
        "/admin/accounts/suspend",
        &[
            ("account", NOBODY),
            ("reason", "They asked for it."),
            ("until", "2030-01-01"),
        ],
    ),
    (
        "/admin/accounts/role",
        &[
            ("account", NOBODY),
            ("reason", "They asked for it."),
            ("role", "reviewer"),
        ],
    ),
    (
        "/admin/accounts/note",
        &[("account", NOBODY), ("note", "Seen.")],
    ),
    (
        "/admin/links/reviewed",
        &[("link", NOBODY), ("note", "Seen.")],
    ),
    ("/admin/links/note", &[("link", NOBODY), ("note", "Seen.")]),
    (
        "/admin/links/unlink",
        &[("link", NOBODY), ("reason", "They asked for it.")],
    ),
    ("/admin/undo", &[("event", "1")]),
    ("/admin/invitations/create", &[("email", "new@firm.test")]),
    (
        "/admin/invitations/resend",
        &[("invitation", "00000000-0000-7000-8000-000000000000")],
    ),
    (
        "/admin/invitations/revoke",
        &[("invitation", "00000000-0000-7000-8000-000000000000")],
    ),
    (
        "/admin/invitations/restore",
        &[("invitation", "00000000-0000-7000-8000-000000000000")],
    ),
    (
        "/admin/invitations/import",
        &[("csv", "email\nnew@firm.test"), ("apply", "true")],
    ),
    (
        "/admin/duplicates/merge",
        &[
            ("a", "00000000-0000-7000-8000-000000000000"),
            ("b", "00000000-0000-7000-8000-000000000001"),
            ("into", "00000000-0000-7000-8000-000000000000"),
            ("first_name_of", "00000000-0000-7000-8000-000000000000"),
            ("last_name_of", "00000000-0000-7000-8000-000000000000"),
            ("email_of", "00000000-0000-7000-8000-000000000000"),
            ("seen", "nothing"),
        ],
    ),
    ("/admin/duplicates/undo", &[("event", "1")]),
    (
        "/admin/duplicates/apart",
        &[
            ("a", "00000000-0000-7000-8000-000000000000"),
            ("b", "00000000-0000-7000-8000-000000000001"),
        ],
    ),
    (
        "/admin/duplicates/reconsider",
        &[
            ("a", "00000000-0000-7000-8000-000000000000"),
            ("b", "00000000-0000-7000-8000-000000000001"),
        ],
    ),
    (
        "/admin/dormancy/rule",
        &[
            ("seen", "0"),
            ("on", "true"),
            ("rule", "90,14,3"),
            ("reason", "Fewer open doors."),
        ],
    ),
    (
        "/admin/bulk/prepare",
        &[
            ("deed", "review"),
            ("links[]", "00000000-0000-7000-8000-000000000000"),
        ],
    ),
    (
        "/admin/bulk/confirm",
        &[
            ("bulk", "00000000-0000-7000-8000-000000000000"),
            ("reason", "The office closes."),
        ],
    ),
    (
        "/admin/bulk/cancel",
        &[("bulk", "00000000-0000-7000-8000-000000000000")],
    ),
    (
        "/admin/bulk/undo",
        &[("bulk", "00000000-0000-7000-8000-000000000000")],
    ),
    ("/admin/dormancy/undo", &[("revision", "1")]),
    (
        "/admin/dormancy/exemptions/grant",
        &[
            ("account", "00000000-0000-7000-8000-000000000000"),
            ("reason", "On leave."),
        ],
    ),
    (
        "/admin/dormancy/exemptions/end",
        &[
            ("account", "00000000-0000-7000-8000-000000000000"),
            ("exemption", "00000000-0000-7000-8000-000000000000"),
        ],
    ),
    (
        "/admin/reviews/begin",
        &[
            ("name", "Made up"),
            ("due", "2000-01-01"),
            ("reviewers[]", NOBODY),
        ],
    ),
    (
        "/admin/reviews/decide",
        &[
            ("review", NOBODY),
            ("said[0][place]", "1"),
            ("said[0][version]", "0"),
            ("said[0][decision]", "keep"),
        ],
    ),
    (
        "/admin/reviews/reviewer",
        &[("review", NOBODY), ("account", NOBODY)],
    ),
    ("/admin/roster/read", &[("firm", NOBODY)]),
    ("/admin/roster/stop", &[("firm", NOBODY)]),
    (
        "/admin/roster/rule",
        &[
            ("firm", NOBODY),
            ("seen", "0"),
            ("leavers", "automatic"),
            ("threshold", "20"),
            ("reason", "Made up"),
        ],
    ),
    ("/admin/roster/undo", &[("firm", NOBODY), ("revision", "1")]),
    (
        "/admin/roster/decide",
        &[
            ("difference", NOBODY),
            ("decision", "leave"),
            ("reason", "Made up"),
        ],
    ),
    (
        "/admin/roster/disconnect",
        &[("firm", NOBODY), ("reason", "Made up")],
    ),
    ("/admin/reviews/carry-out", &[("review", NOBODY)]),
    ("/admin/reviews/close", &[("review", NOBODY)]),
];

/// An item of the administrators' queue that nobody has.
const NO_ITEM: &str = "a00000000000700080000000000000000";

/// People in every state, in browsers of their own: a stranger, one before a proof, one who waits for
/// a code, one who is in.
pub async fn everybody(site: &Site) -> Vec<(&'static str, Browser)> {
    account_with_password(site, DANA).await;
    let linking = prompted(site, "dana").await;
    let member = signed_in(site, "ikram").await;
    let waiting = signed_in(site, "tomas").await;
    sql(
        site,
        "UPDATE accounts SET status = 'pending' WHERE email LIKE 'tomas%'",
    )
    .await;
    vec![
        ("stranger", Browser::new(site)),
        ("linking", linking),
        ("waiting", waiting),
        ("member", member),
    ]
}
