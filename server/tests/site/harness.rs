//! A site under test, browsers that visit it, and what a refusal must look like.
//!
//! [`Site::start`] serves the real router over TCP, with a simulated Clio beside it and a clock that
//! tests move. [`Browser`] speaks HTTP as a browser does and keeps its cookies. [`refused`] carries
//! out a callback and checks all that "refused" means in one go.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use sha2::{Digest, Sha256};
use simulated_clio::{Options, Person, SimulatedClio, TokenScript};
use sqlx::{ConnectOptions, PgPool};
use time::OffsetDateTime;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vestibule::{
    clock::{Clock, SystemClock},
    config::{Config, Environment},
    db::pool::Pool,
    mail::sender::Sender,
    service::{Services, background},
    startup,
};

/// The application's key at Clio.
pub const APP_KEY: &str = "vestibule key";
/// Its secret: characters that form encoding must carry unharmed.
pub const APP_SECRET: &str = "s&cr=t+%/é ~";
/// Who signs in after each refusal, in a browser of their own, to show that nothing is broken.
pub const WITNESS: &str = "witness";

// ---- Time

/// A clock that goes with the machine's, ahead or behind by what a test asks for.
#[derive(Debug, Default)]
pub struct TestClock(Mutex<Hands>);

#[derive(Clone, Copy, Debug, Default)]
struct Hands {
    ahead: time::Duration,
    frozen: Option<OffsetDateTime>,
}

impl TestClock {
    /// Moves the time, forward or back.
    pub fn advance(&self, by: time::Duration) {
        let mut hands = lock(&self.0);
        hands.ahead += by;
        hands.frozen = hands.frozen.map(|at| at + by);
    }

    /// Stops the clock at the present, on a whole second, and says when.
    pub fn freeze(&self) -> OffsetDateTime {
        self.thaw();
        let now = self.now().replace_nanosecond(0).unwrap();
        lock(&self.0).frozen = Some(now);
        now
    }

    /// Lets the clock go on, at the machine's time and what it was moved by.
    pub fn thaw(&self) {
        lock(&self.0).frozen = None;
    }
}

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        let hands = *lock(&self.0);
        hands
            .frozen
            .unwrap_or_else(|| SystemClock.now() + hands.ahead)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// ---- Settings

/// What a test changes before its site starts.
pub struct Settings {
    variables: BTreeMap<String, String>,
    /// Who has a login at Clio; [`WITNESS`] always does.
    pub people: Vec<Person>,
    /// Whether Clio lets any subject sign in, as `SUBJECT@harbourlane.test`.
    pub any_subject: bool,
    /// Whether the work behind the requests runs: sealing, mail, sweeping.
    pub background: bool,
}

impl Settings {
    fn new() -> Self {
        let mut settings = Self {
            variables: BTreeMap::new(),
            people: vec![
                Person::new("dana", "d.whitlock@harbourlane.test").named("Dana", "Whitlock"),
                Person::new("ikram", "ikram.osei@harbourlane.test").named("Ikram", "Osei"),
                Person::new("tomas", "tomas.ferreira@harbourlane.test").named("Tomás", "Ferreira"),
                Person::new("stranger", "s.tranger@elsewhere.test").named("Stran", "Ger"),
            ],
            any_subject: false,
            background: false,
        };
        settings
            .set("ADMISSION", "open")
            .set("DATABASE_CONNECTIONS", "8")
            .set("LOG_FORMAT", "json");
        settings
    }

    /// Sets a variable of the environment; an empty value unsets it.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    fn default(&mut self, name: &str, value: impl Into<String>) {
        self.variables
            .entry(name.to_owned())
            .or_insert_with(|| value.into());
    }
}

struct Variables<'a>(&'a BTreeMap<String, String>);

impl Environment for Variables<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn read_file(&self, path: &str) -> Result<String, io::Error> {
        std::fs::read_to_string(path)
    }
}

// ---- The site

/// A running site. It stops when dropped.
pub struct Site {
    /// Where it listens.
    pub address: SocketAddr,
    /// The URL people type, without a path.
    pub public_url: String,
    /// What the product works with.
    pub services: Arc<Services>,
    /// The provider.
    pub clio: Arc<SimulatedClio>,
    /// The product's clock. Clio's own goes with the machine's; see [`Site::advance`].
    pub clock: Arc<TestClock>,
    /// The test's own connections, apart from the product's.
    pub pool: PgPool,
    variables: BTreeMap<String, String>,
    client: reqwest::Client,
    stop: CancellationToken,
}

impl Site {
    /// Starts a site over a migrated database, with a simulated Clio beside it. Admission is open
    /// unless the settings say otherwise.
    pub async fn start(pool: PgPool, change: impl FnOnce(&mut Settings)) -> Self {
        logs();
        let mut settings = Settings::new();
        change(&mut settings);
        let key = settings
            .variables
            .get("CLIO_IDENTITY_APP_KEY")
            .map_or(APP_KEY, String::as_str);
        let secret = settings
            .variables
            .get("CLIO_IDENTITY_APP_SECRET")
            .map_or(APP_SECRET, String::as_str);
        let mut options = Options::for_client(key, secret).with_people(settings.people.clone());
        options.any_subject = settings.any_subject;
        options
            .people
            .push(Person::new(WITNESS, "witness@harbourlane.test").named("Wit", "Ness"));
        let clio = Arc::new(SimulatedClio::start(options).await.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();

        settings.default("CLIO_IDENTITY_APP_KEY", APP_KEY);
        settings.default("CLIO_IDENTITY_APP_SECRET", APP_SECRET);
        settings.default("CLIO_IDENTITY_ISSUER", clio.issuer());
        settings.default("PUBLIC_URL", format!("http://{address}"));
        settings.default("DATABASE_URL", pool.connect_options().to_url_lossy());
        settings.default("SMTP_URL", clio.smtp_url().unwrap_or_default());
        settings.default("MAIL_FROM", "Vestibule <door@harbourlane.test>");
        let site = Self::serve(
            listener,
            pool,
            clio,
            Arc::new(TestClock::default()),
            settings.variables,
            settings.background,
        );
        site.clio
            .allow_redirect_uri(site.services.config.web.public_url.redirect_uri());
        site
    }

    /// Starts one more node of the same site: the same settings, database, Clio and time. Nothing
    /// runs behind its requests.
    pub async fn another_node(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(
            listener,
            self.pool.clone(),
            Arc::clone(&self.clio),
            Arc::clone(&self.clock),
            self.variables.clone(),
            false,
        )
    }

    fn serve(
        listener: TcpListener,
        pool: PgPool,
        clio: Arc<SimulatedClio>,
        clock: Arc<TestClock>,
        variables: BTreeMap<String, String>,
        with_background: bool,
    ) -> Self {
        let config = match Config::read(&Variables(&variables)) {
            Ok(config) => Arc::new(config),
            Err(problems) => panic!("{problems}"),
        };
        let own_pool = Pool::open(&config.database).unwrap();
        let shared_clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let services = startup::services_over(own_pool, Arc::clone(&config), shared_clock).unwrap();
        let stop = CancellationToken::new();
        let address = listener.local_addr().unwrap();
        tokio::spawn(startup::serve(
            listener,
            startup::router(Arc::clone(&services)),
            stop.clone(),
        ));
        if with_background {
            let sender = config.mail.as_ref().map(|mail| Sender::new(mail).unwrap());
            tokio::spawn(background::run(Arc::clone(&services), sender, stop.clone()));
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        Self {
            address,
            public_url: config.web.public_url.origin().to_owned(),
            services,
            clio,
            clock,
            pool,
            variables,
            client,
            stop,
        }
    }

    /// The name of the session's cookie.
    pub fn session_cookie(&self) -> &'static str {
        let secure = self.services.config.web.public_url.is_secure();
        if secure {
            "__Host-vestibule"
        } else {
            "vestibule"
        }
    }

    /// The name of the cookie that ties a sign-in attempt to its browser.
    pub fn attempt_cookie(&self) -> &'static str {
        let secure = self.services.config.web.public_url.is_secure();
        if secure {
            "__Host-vestibule-attempt"
        } else {
            "vestibule-attempt"
        }
    }

    /// Moves the time, at Clio and here.
    pub fn advance(&self, by: Duration) {
        self.clio.advance_clock(by);
        self.clock.advance(by.try_into().unwrap());
    }

    /// Sends bytes as they are and reads the answer to its end. Ask for `Connection: close`.
    pub async fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer))
            .await
            .expect("an answer in time")
            .unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// [`Self::raw`], for what may make the server close the connection at any moment: what came
    /// until then.
    pub async fn raw_or_closed(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut answer = Vec::new();
        let (mut reader, mut writer) = stream.split();
        let (_, _) = tokio::time::timeout(Duration::from_secs(20), async {
            tokio::join!(writer.write_all(request), reader.read_to_end(&mut answer))
        })
        .await
        .expect("an answer or the end in time");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A number that SQL counts.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// How many sign-in attempts are under way.
    pub async fn attempts(&self) -> i64 {
        self.count("SELECT count(*) FROM sign_in_attempts").await
    }

    /// How many accounts there are.
    pub async fn accounts(&self) -> i64 {
        self.count("SELECT count(*) FROM accounts").await
    }

    /// How many identities there are.
    pub async fn identities(&self) -> i64 {
        self.count("SELECT count(*) FROM identities").await
    }

    /// How many sessions haven't been revoked.
    pub async fn sessions(&self) -> i64 {
        self.count("SELECT count(*) FROM sessions WHERE revoked_at IS NULL")
            .await
    }

    /// How often Clio was asked for tokens.
    pub fn token_requests(&self) -> usize {
        self.clio.token_requests().len()
    }

    /// The account that a login opens.
    pub async fn account_of(&self, subject: &str) -> Option<Uuid> {
        sqlx::query_scalar(
            "SELECT account_id FROM identities
             WHERE issuer = $1 AND subject = $2 AND unlinked_at IS NULL",
        )
        .bind(self.services.clio.issuer())
        .bind(subject)
        .fetch_optional(&self.pool)
        .await
        .unwrap()
    }

    /// Writes an active account with that login linked to it, as if the person had been here before.
    /// The e-mail counts as verified.
    pub async fn linked(&self, subject: &str, email: &str) -> Uuid {
        let account = sqlx::query_scalar(
            "INSERT INTO accounts (email, email_verified_at, first_name, last_name, welcomed_at)
             VALUES ($1, now(), 'Linked', 'Person', now())
             RETURNING id",
        )
        .bind(email)
        .fetch_one(&self.pool)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO identities (account_id, issuer, subject, email)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(account)
        .bind(self.services.clio.issuer())
        .bind(subject)
        .bind(email)
        .execute(&self.pool)
        .await
        .unwrap();
        account
    }

    /// Shows that an honest person still gets in.
    #[track_caller]
    pub fn honest_sign_in_works(&self) -> impl Future<Output = ()> + '_ {
        let place = std::panic::Location::caller();
        async move {
            self.witness().await;
            let browser = Browser::new(self);
            let reply = browser.sign_in(self, WITNESS).await;
            assert_eq!(
                reply.location(),
                "/account",
                "the honest sign-in after {place}"
            );
            assert!(
                browser.account().await.is_some(),
                "the honest sign-in after {place}"
            );
        }
    }

    /// The account of [`WITNESS`], which is there from the first call on. Its e-mail is not the one
    /// that Clio says.
    pub async fn witness(&self) -> Uuid {
        if let Some(account) = self.account_of(WITNESS).await {
            account
        } else {
            let email = format!("witness-{}@harbourlane.test", self.address.port());
            self.linked(WITNESS, &email).await
        }
    }

    /// All there is of a table, as text.
    async fn table(&self, table: &str, columns: &str) -> String {
        let sql = format!(
            "SELECT coalesce(string_agg(row::text, E'\\n' ORDER BY row::text), '')
             FROM (SELECT {columns} FROM {table}) AS row"
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Every value of every table, as text: what a thief of the database would read.
    pub async fn dump(&self) -> String {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        )
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let mut dump = String::new();
        for table in tables {
            let rows = self.table(&table, "*").await;
            writeln!(dump, "{table}\n{rows}").unwrap();
        }
        dump
    }

    async fn snapshot(&self) -> Snapshot {
        Snapshot {
            accounts: self.table("accounts", "*").await,
            identities: self.table("identities", "*").await,
            sessions: self.table("sessions", "id, account_id, revoked_at").await,
            links: self.table("link_requests", "*").await,
            last_event: self
                .count("SELECT coalesce(max(id), 0) FROM audit_events")
                .await,
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
        let pool = self.services.pool.clone();
        tokio::spawn(async move { pool.close().await });
    }
}

/// What no refusal changes, and where the audit stood.
#[derive(Debug, PartialEq, Eq)]
struct Snapshot {
    accounts: String,
    identities: String,
    sessions: String,
    links: String,
    last_event: i64,
}

// ---- Browsers

/// A browser: cookies, and the headers browsers send. Clones share the cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    address: SocketAddr,
    public_url: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    headers: HeaderMap,
}

impl Browser {
    /// A browser that has never been here.
    pub fn new(site: &Site) -> Self {
        Self {
            client: site.client.clone(),
            address: site.address,
            public_url: site.public_url.clone(),
            cookies: Arc::default(),
            headers: HeaderMap::new(),
        }
    }

    /// The same browser, whose requests another node answers.
    #[must_use]
    pub fn at_node(&self, site: &Site) -> Self {
        Self {
            address: site.address,
            client: site.client.clone(),
            ..self.clone()
        }
    }

    /// The same browser, with a header on each request; replaces the usual one.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut changed = self.clone();
        changed
            .headers
            .insert(HeaderName::from_static(name), value.parse().unwrap());
        changed
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        lock(&self.cookies).get(name).cloned()
    }

    /// Sets or, with an empty value, removes a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = lock(&self.cookies);
        if value.is_empty() {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The names of the cookies.
    pub fn cookie_names(&self) -> Vec<String> {
        lock(&self.cookies).keys().cloned().collect()
    }

    /// Another browser with a copy of these cookies, as a thief has it.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self {
            cookies: Arc::new(Mutex::new(lock(&self.cookies).clone())),
            ..self.clone()
        }
    }

    /// Goes to a page, as by a link of ours.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, "same-origin", None).await
    }

    /// Sends a form of ours.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(Method::POST, path, "same-origin", Some(body))
            .await
    }

    /// Sends a request as a browser would; headers of [`Self::with_header`] come last.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        site: &str,
        body: Option<String>,
    ) -> Reply {
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: &str| {
            headers.insert(name, value.parse().unwrap());
        };
        let authority = self.public_url.split("//").nth(1).unwrap();
        put(header::HOST, authority);
        put(
            header::USER_AGENT,
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
        );
        put(
            header::ACCEPT,
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        );
        put(HeaderName::from_static("sec-fetch-site"), site);
        put(HeaderName::from_static("sec-fetch-mode"), "navigate");
        put(HeaderName::from_static("sec-fetch-dest"), "document");
        if !matches!(method, Method::GET | Method::HEAD) {
            put(header::ORIGIN, &self.public_url);
        }
        if body.is_some() {
            put(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let jar = lock(&self.cookies)
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        if !jar.is_empty() {
            put(header::COOKIE, &jar);
        }
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        let mut request = self
            .client
            .request(method, format!("http://{}{path}", self.address))
            .headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for line in headers.get_all(header::SET_COOKIE) {
            self.keep(line);
        }
        let body = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        Reply {
            status,
            headers,
            body,
        }
    }

    fn keep(&self, line: &HeaderValue) {
        let line = line.to_str().unwrap();
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let over = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
        self.set_cookie(name, if over { "" } else { value });
    }

    /// Presses the button; returns Clio's authorization URL.
    pub async fn begin(&self) -> String {
        self.begin_at("/auth/clio/start").await
    }

    /// Follows a link that begins a sign-in; returns Clio's authorization URL.
    pub async fn begin_at(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        let url = reply.location().to_owned();
        assert!(url.contains("oauth2/auth?"), "{url}");
        url
    }

    /// Comes back from Clio.
    pub async fn finish(&self, callback_url: &str) -> Reply {
        let path = callback_url
            .strip_prefix(&self.public_url)
            .expect("a URL of the site");
        self.send(Method::GET, path, "cross-site", None).await
    }

    /// Presses the button, logs in at Clio, comes back; returns the answer of the callback.
    pub async fn sign_in(&self, site: &Site, subject: &str) -> Reply {
        let callback = self.callback_of(site, subject).await;
        self.finish(&callback).await
    }

    /// Presses the button and logs in at Clio; returns the callback URL, not yet visited.
    pub async fn callback_of(&self, site: &Site, subject: &str) -> String {
        site.clio.authorize(&self.begin().await, subject).unwrap()
    }

    /// Who is signed in to an active account, as `/api/v1/session` says.
    pub async fn session(&self) -> Option<Value> {
        let reply = self.get("/api/v1/session").await;
        match reply.status {
            StatusCode::OK => Some(serde_json::from_str(&reply.body).unwrap()),
            StatusCode::UNAUTHORIZED => None,
            other => panic!("/api/v1/session answered {other}"),
        }
    }

    /// The id of the account that is signed in.
    pub async fn account(&self) -> Option<Uuid> {
        let session = self.session().await?;
        Some(session.pointer("/account/id")?.as_str()?.parse().unwrap())
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// A header as text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where the answer sends the browser; empty when it sends it nowhere.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The `Set-Cookie` line for a cookie.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .find(|line| line.split('=').next() == Some(name))
    }
}

// ---- Refusals

/// The problem and the reference that a refusal shows.
///
/// # Panics
/// When the answer isn't 303 to the sign-in page with exactly these two.
#[track_caller]
pub fn problem_of(reply: &Reply) -> (String, String) {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let location = reply.location();
    let query = location.strip_prefix("/sign-in?");
    let query = query.unwrap_or_else(|| panic!("no refusal: 303 to {location:?}"));
    let mut pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let (Some((problem, code)), Some((ref_, reference)), None) =
        (pairs.next(), pairs.next(), pairs.next())
    else {
        panic!("not problem and ref: {location:?}");
    };
    assert_eq!(
        (problem.as_str(), ref_.as_str()),
        ("problem", "ref"),
        "{location}"
    );
    let (left, right) = reference.split_once('-').expect("a dash in the reference");
    assert!(left.len() == 4 && right.len() == 4, "{reference}");
    (code, reference)
}

/// What became of a refusal.
#[derive(Debug)]
pub struct Refusal {
    /// The machine-readable reason in the audit.
    pub reason: String,
    /// The answer.
    pub reply: Reply,
}

/// Comes back from Clio with `callback_url`, and checks that it is refused with `code` and all that
/// goes with it; then that an honest person still gets in.
pub async fn refused(site: &Site, browser: &Browser, callback_url: &str, code: &str) -> Refusal {
    let refusal = refused_alone(site, browser, callback_url, code).await;
    site.honest_sign_in_works().await;
    refusal
}

/// [`refused`] without the honest sign-in after it, for what would keep that out, too.
#[expect(
    clippy::too_many_lines,
    reason = "what must hold of a refusal, one thing after the other"
)]
pub async fn refused_alone(
    site: &Site,
    browser: &Browser,
    callback_url: &str,
    code: &str,
) -> Refusal {
    let before = site.snapshot().await;
    let signed_in = browser.account().await;
    let session_name = site.session_cookie();
    let session_cookie = browser.cookie(session_name);

    let reply = browser.finish(callback_url).await;

    let (shown, reference) = problem_of(&reply);
    let event: Vec<(String, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT action, reference, reason FROM audit_events WHERE id > $1 ORDER BY id",
    )
    .bind(before.last_event)
    .fetch_all(&site.pool)
    .await
    .unwrap();
    assert_eq!(shown, code, "audit: {event:?}");
    let [(action, recorded, reason)] = event.as_slice() else {
        panic!("a refusal is recorded once: {event:?}");
    };
    assert_eq!(action, "sign_in.refused");
    assert_eq!(recorded.as_deref(), Some(reference.as_str()));
    let reason = reason.clone().expect("a reason");
    let machine_readable =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b);
    assert!(
        !reason.is_empty() && reason.bytes().all(machine_readable),
        "{reason:?}"
    );

    let after = site.snapshot().await;
    assert_eq!(
        Snapshot {
            last_event: before.last_event,
            ..after
        },
        before,
        "nothing changes"
    );
    assert_eq!(
        browser.account().await,
        signed_in,
        "whoever was signed in still is"
    );
    assert_eq!(
        browser.cookie(session_name),
        session_cookie,
        "the session cookie stays"
    );
    assert!(reply.set_cookie(session_name).is_none(), "{reply:?}");

    let query = query_of(callback_url);
    let state = query.get("state").cloned().unwrap_or_default();
    if code != "expired" {
        let left: i64 =
            sqlx::query_scalar("SELECT count(*) FROM sign_in_attempts WHERE state_hash = $1")
                .bind(Sha256::digest(&state).to_vec())
                .fetch_one(&site.pool)
                .await
                .unwrap();
        assert_eq!(left, 0, "the attempt is used up");
    }

    let page = browser.get(reply.location()).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    assert!(
        page.body.contains(&reference),
        "the page shows the reference"
    );
    let mut secret: Vec<String> = site
        .clio
        .people()
        .into_iter()
        .map(|person| person.subject)
        .collect();
    secret.retain(|subject| subject.len() > 6);
    let personal = site
        .clio
        .people()
        .into_iter()
        .filter_map(|person| person.email);
    let carried = query
        .iter()
        .filter(|(name, value)| *name != "error" && value.len() >= 8);
    secret.extend(carried.map(|(_, value)| value.clone()));
    secret.extend(
        site.services
            .config
            .clio
            .app_secret
            .expose()
            .split_whitespace()
            .map(str::to_owned),
    );
    let signed_in_page = signed_in.is_some();
    for text in secret
        .into_iter()
        .chain(personal.filter(|_| !signed_in_page))
    {
        for shown in [&reply, &page] {
            let all = format!("{:?}\n{}", shown.headers, shown.body);
            assert!(!all.contains(&text), "{text:?} is shown in {all}");
        }
    }
    let logged = logs();
    for text in [&state, query.get("code").unwrap_or(&state)] {
        assert!(
            text.len() < 8 || !logged.contains(text.as_str()),
            "{text:?} is logged"
        );
    }
    for mail in site
        .clio
        .people()
        .into_iter()
        .filter_map(|person| person.email)
    {
        assert!(!logged.contains(&mail), "{mail:?} is logged");
    }
    Refusal { reason, reply }
}

/// Bends the next answer of the token endpoint, and shows that the sign-in it belongs to is refused
/// with `code`; nobody else is tried. The person is a stranger here.
pub async fn bent(
    site: &Site,
    code: &str,
    bend: impl FnOnce(&mut TokenScript) + Send + 'static,
) -> Refusal {
    site.clio.next_token(bend);
    let browser = Browser::new(site);
    let callback = browser.callback_of(site, "stranger").await;
    refused_alone(site, &browser, &callback, code).await
}

/// Bends the next answer of the token endpoint, and shows that [`WITNESS`] is signed in by it all
/// the same.
pub async fn accepted(
    site: &Site,
    what: &str,
    bend: impl FnOnce(&mut TokenScript) + Send + 'static,
) {
    let witness = site.witness().await;
    site.clio.next_token(bend);
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, WITNESS).await;
    assert_eq!(reply.location(), "/account", "{what}");
    assert_eq!(browser.account().await, Some(witness), "{what}");
}

/// The parameters of a URL, each of which must come once.
#[track_caller]
pub fn query_of(url: &str) -> BTreeMap<String, String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut found = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
        let twice = found.insert(name, value).is_some();
        assert!(!twice, "a parameter comes twice: {url}");
    }
    found
}

/// A URL with a parameter of its query set to another value, added, or (`None`) removed.
pub fn with_parameter(url: &str, name: &str, value: Option<&str>) -> String {
    let (base, _) = url.split_once('?').unwrap_or((url, ""));
    let mut query = query_of(url);
    match value {
        Some(value) => query.insert(name.to_owned(), value.to_owned()),
        None => query.remove(name),
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    format!("{base}?{query}")
}

// ---- Logs

static LOGS: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();

struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was logged last about requests that couldn't be carried out, by any test of this process.
pub fn failures_logged() -> String {
    let logged = logs();
    let failures = logged
        .lines()
        .filter(|line| line.contains("can't be") || line.contains("panicked"));
    let last: Vec<&str> = failures.rev().take(3).collect();
    last.join("\n")
}

/// Everything that was logged so far, by all tests of this process.
pub fn logs() -> String {
    let lines = LOGS.get_or_init(|| {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&lines);
        let _ = tracing_subscriber::fmt()
            .with_env_filter("warn,vestibule=debug,app=debug")
            .with_ansi(false)
            .with_writer(move || Lines(Arc::clone(&writer)))
            .try_init();
        lines
    });

    String::from_utf8_lossy(&lock(lines)).into_owned()
}
