//! A token endpoint that fails, floods, lingers or sends elsewhere.

use std::time::Duration;

use http::StatusCode;
use simulated_clio::{Manner, Outcome, Span, TokenScript};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, IN_TIME, Site, Trap, accepted, bent, nowhere, problem_of, refused_alone, within,
};

type Bend = Box<dyn FnOnce(&mut TokenScript) + Send>;

/// A site that asks for tokens at another address than Clio's.
async fn asking_at(token_url: String, pool: PgPool) -> Site {
    Site::start(pool, |settings| {
        settings.set("CLIO_IDENTITY_TOKEN_URL", token_url);
    })
    .await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_endpoint_that_fails_is_an_outage_asked_once_and_answered_in_time(pool: PgPool) {
    let trap = Trap::set().await;
    let trap_url = trap.url("/oauth2/token");
    let site = Site::start(pool, |_| ()).await;
    let status = |status: u16| -> Bend {
        Box::new(move |script| {
            script.answer_with(StatusCode::from_u16(status).unwrap(), "<html>sorry</html>");
        })
    };
    let mut faults: Vec<(String, Bend)> = Vec::new();
    for code in [
        400, 401, 403, 404, 405, 408, 418, 429, 500, 501, 502, 503, 504, 529,
    ] {
        faults.push((code.to_string(), status(code)));
    }
    faults.push((
        "429 and when to come back".into(),
        Box::new(|script| {
            script.answer_with(StatusCode::TOO_MANY_REQUESTS, "{}");
            script.answer.set_header("retry-after", "3600");
        }),
    ));
    faults.push((
        "204".into(),
        Box::new(|script| script.answer_with(StatusCode::NO_CONTENT, "")),
    ));
    for redirect in [301_u16, 302, 303, 307, 308] {
        let url = trap_url.clone();
        faults.push((
            redirect.to_string(),
            Box::new(move |script| {
                script.answer.redirect_to(url);
                script.answer.status = redirect;
            }),
        ));
    }
    faults.push((
        "a body without end".into(),
        Box::new(|script| script.answer.padding = 1 << 40),
    ));
    faults.push((
        "a body beyond 256 KiB".into(),
        Box::new(|script| script.answer.padding = 256 * 1024),
    ));
    faults.push((
        "cut before the answer".into(),
        Box::new(|script| script.answer.cut()),
    ));
    faults.push((
        "cut at the first byte".into(),
        Box::new(|script| script.answer.manner = Manner::Cut(Some(1))),
    ));
    faults.push((
        "cut in the middle".into(),
        Box::new(|script| script.answer.manner = Manner::Cut(Some(300))),
    ));
    faults.push((
        "a length that lies".into(),
        Box::new(|script| {
            script.answer.manner = Manner::Cut(Some(300));
            script.answer.set_header("content-length", "5000");
        }),
    ));

    for (what, bend) in faults {
        site.clio.next_token(bend);
        let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
        let before = site.token_requests();
        let refusing = refused_alone(&site, &browser, &callback, "clio_unavailable");
        within(IN_TIME, &what, refusing).await;
        assert_eq!(
            site.token_requests(),
            before + 1,
            "{what}: a code is exchanged once, never again"
        );
        let again = browser.finish(&callback).await;
        assert_eq!(problem_of(&again).0, "expired", "{what}");
        assert_eq!(site.token_requests(), before + 1, "{what}");
        assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
    }
    trap.stays_unvisited("a redirect of the token endpoint was followed")
        .await;
    site.honest_sign_in_works().await;
    accepted(&site, "an answer just below 256 KiB", |script| {
        script.answer.padding = 250 * 1024;
    })
    .await;
    accepted(&site, "an answer after a second", |script| {
        script.answer.delay = Some(Duration::from_secs(1));
    })
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_endpoint_that_hangs_or_drips_is_given_up_within_six_seconds(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let slow: [fn(&mut TokenScript); 3] = [
        |script| script.answer.hang(),
        |script| script.answer.drip(Duration::from_millis(100)),
        |script| script.answer.delay = Some(Duration::from_secs(30)),
    ];
    let mut waiting = JoinSet::new();
    for bend in slow {
        site.clio.next_token(bend);
        let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
        waiting
            .spawn(async move { within(IN_TIME, "coming back", browser.finish(&callback)).await });
    }
    for reply in waiting.join_all().await {
        assert_eq!(problem_of(&reply).0, "clio_unavailable");
    }
    bent(&site, "clio_unavailable", |script| script.answer.hang()).await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn while_clio_hangs_other_pages_are_quick_and_no_database_connection_is_held(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("DATABASE_CONNECTIONS", "2");
    })
    .await;
    let here = Browser::new(&site);
    here.sign_in(&site, "dana").await;
    site.clio
        .switch(Outcome::TokenHangs, Span::UntilSwitchedBack);
    let asked = site.token_requests();
    let mut hanging = JoinSet::new();
    const MANY: usize = 40;
    for _ in 0..MANY {
        let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
        hanging
            .spawn(async move { within(IN_TIME, "coming back", browser.finish(&callback)).await });
    }
    while site.token_requests() < asked + MANY {
        tokio::task::yield_now().await;
    }
    for path in [
        "/account",
        "/sign-in",
        "/api/v1/session",
        "/healthz",
        "/readyz",
    ] {
        let reply = within(Duration::from_secs(1), path, here.get(path)).await;
        assert!(
            reply.status == StatusCode::OK || path == "/account",
            "{path}: {reply:?}"
        );
    }
    let own = &site.services.pool;
    let both = (own.acquire().await, own.acquire().await);
    assert!(
        both.0.is_ok() && both.1.is_ok(),
        "a connection is held while Clio hangs"
    );
    drop(both);
    let in_transaction: i64 = site
        .count(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .await;
    assert_eq!(in_transaction, 0);
    for reply in hanging.join_all().await {
        assert_eq!(problem_of(&reply).0, "clio_unavailable");
    }
    site.clio.switch(Outcome::Normal, Span::UntilSwitchedBack);
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_connection_is_an_outage(pool: PgPool) {
    let site = asking_at(format!("http://{}/oauth2/token", nowhere()), pool).await;
    let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
    let refusing = refused_alone(&site, &browser, &callback, "clio_unavailable");
    let refusal = within(IN_TIME, "a refused connection", refusing).await;
    assert_eq!(refusal.reason, "exchange_connect");
    assert_eq!(
        browser.get("/readyz").await.status,
        StatusCode::OK,
        "readiness doesn't depend on Clio"
    );
}

/// A server that answers each connection with these bytes, whatever it is asked, and closes it.
async fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(bytes).await;
            });
        }
    });
    address.to_string()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_not_http_or_not_tls_is_an_outage(pool: PgPool) {
    for (scheme, bytes) in [
        ("http", &b"SSH-2.0-OpenSSH_9.9\r\n"[..]),
        ("http", b""),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}"),
        ("http", b"HTTP/9.9 200 OK\r\n\r\n{}"),
        ("http", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("https", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        ("https", b"\x15\x03\x01\x00\x02\x02\x28"),
        ("https", b""),
    ] {
        let address = answering(bytes).await;
        let url = format!("{scheme}://{address}/oauth2/token");
        let site = asking_at(url, pool.clone()).await;
        let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
        let refusing = refused_alone(&site, &browser, &callback, "clio_unavailable");
        within(IN_TIME, &format!("{scheme} {bytes:?}"), refusing).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_flood_of_headers_is_an_outage(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    bent(&site, "clio_unavailable", |script| {
        for number in 0..2000 {
            script
                .answer
                .set_header(&format!("x-{number}"), "x".repeat(1000));
        }
    })
    .await;
    site.honest_sign_in_works().await;
}
