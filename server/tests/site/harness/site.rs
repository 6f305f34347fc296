//! The site under test: the real router over TCP, a database, and a simulated Clio beside it.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use simulated_clio::{Options, Person, Region, SimulatedClio};
use sqlx::{ConnectOptions, PgPool};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use vestibule::{
    clock::Clock,
    config::Config,
    db::pool::Pool,
    mail::sender::Sender,
    service::{Services, background},
    startup,
};

use super::{
    clock::TestClock,
    logs::logs,
    people::WITNESS,
    recorded,
    settings::{APP_KEY, APP_SECRET, Settings, Variables},
};

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
    pub(super) variables: BTreeMap<String, String>,
    pub(super) client: reqwest::Client,
    stop: CancellationToken,
}

impl Site {
    /// Starts a site over a migrated database, with a simulated Clio beside it. Admission is open
    /// unless the settings say otherwise.
    pub async fn start(pool: PgPool, change: impl FnOnce(&mut Settings)) -> Self {
        logs();
        recorded::watch(&pool).await;
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

        let words: Vec<_> = settings.manage.iter().map(|it| it.as_str()).collect();
        settings.default("CLIO_MANAGE_REGIONS", words.join(","));
        for region in settings.manage.clone() {
            let (manage, name) = (clio.manage(region), region.as_str().to_uppercase());
            let name = |what: &str| format!("CLIO_MANAGE_{name}_{what}");
            settings.default(&name("APP_KEY"), manage.client_id());
            settings.default(&name("APP_SECRET"), manage.client_secret());
            settings.default(&name("BASE_URL"), manage.base_url());
        }
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
        let redirect_uri = site.services.config.web.public_url.manage_redirect_uri();
        for region in Region::ALL {
            site.clio
                .manage(region)
                .allow_redirect_uri(redirect_uri.clone());
        }
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

    /// Starts one more node of the same site, under another `SECRET_KEY`.
    pub async fn rekeyed(&self, key: &str, previous: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut variables = self.variables.clone();
        variables.insert("SECRET_KEY".to_owned(), key.to_owned());
        variables.insert("SECRET_KEY_PREVIOUS".to_owned(), previous.to_owned());
        Self::serve(
            listener,
            self.pool.clone(),
            Arc::clone(&self.clio),
            Arc::clone(&self.clock),
            variables,
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
        if self.is_secure() {
            "__Host-vestibule"
        } else {
            "vestibule"
        }
    }

    /// The name of the cookie that ties a sign-in attempt to its browser.
    pub fn attempt_cookie(&self) -> &'static str {
        if self.is_secure() {
            "__Host-vestibule-attempt"
        } else {
            "vestibule-attempt"
        }
    }

    fn is_secure(&self) -> bool {
        self.services.config.web.public_url.is_secure()
    }

    /// Moves the time, at Clio and here.
    pub fn advance(&self, by: Duration) {
        self.clio.advance_clock(by);
        self.clock.advance(by.try_into().unwrap());
    }

    /// Moves the time to the beginning of a day, where it stands still here.
    pub fn begin_a_day(&self) {
        let now = u64::try_from(self.clock.freeze().unix_timestamp()).unwrap();
        self.advance(Duration::from_secs(86_400 - now % 86_400));
    }

    /// How often Clio was asked for tokens.
    pub fn token_requests(&self) -> usize {
        self.clio.token_requests().len()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
        let pool = self.services.pool.clone();
        tokio::spawn(async move { pool.close().await });
    }
}
