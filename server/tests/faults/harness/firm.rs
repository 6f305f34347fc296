//! An installation: a database, a simulated Clio, and settings for any number of nodes.

use std::{net::SocketAddr, process::Command, sync::Arc, time::Duration};

use simulated_clio::{Options, SimulatedClio};
use sqlx::PgPool;

use super::{
    cluster::Cluster,
    node::Node,
    visitor::Visitor,
    waiting::{free_address, until},
};

const KEY: &str = "vestibule key";
const SECRET: &str = "a secret of these tests";

/// An installation. Its Clio lets anybody sign in, as `SUBJECT@harbourlane.test`.
pub struct Firm {
    /// The provider.
    pub clio: Arc<SimulatedClio>,
    /// What people type, without a path.
    pub public_url: String,
    /// What the nodes are started with.
    pub settings: Vec<(String, String)>,
    client: reqwest::Client,
}

impl Firm {
    /// An installation over a new database of a cluster, migrated.
    pub async fn over(cluster: &Cluster) -> Self {
        cluster.sql("CREATE DATABASE vestibule").await;
        Self::with(&cluster.url("vestibule"), free_address()).await
    }

    /// An installation over a database that people reach at an address, migrated.
    pub async fn with(database_url: &str, address: SocketAddr) -> Self {
        let mut options = Options::for_client(KEY, SECRET);
        options.any_subject = true;
        let clio = Arc::new(SimulatedClio::start(options).await.unwrap());
        let public_url = format!("http://localhost:{}", address.port());
        clio.allow_redirect_uri(format!("{public_url}/auth/clio/callback"));
        let settings = [
            ("DATABASE_URL", database_url),
            ("DATABASE_CONNECTIONS", "8"),
            ("PUBLIC_URL", &public_url),
            ("CLIO_IDENTITY_APP_KEY", KEY),
            ("CLIO_IDENTITY_APP_SECRET", SECRET),
            ("CLIO_IDENTITY_ISSUER", clio.issuer()),
            ("ADMISSION", "open"),
            ("TRUSTED_PROXIES", "127.0.0.1/32"),
            ("LOG_FORMAT", "json"),
        ];
        let settings: Vec<_> = settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let firm = Self {
            clio,
            public_url,
            settings,
            client: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .timeout(Duration::from_secs(30))
                .build()
                .unwrap(),
        };
        firm.command(&["migrate"]);
        firm
    }

    /// Changes a setting for the nodes started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.retain(|(own, _)| own != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Starts a node and waits until it is ready.
    pub async fn node(&self) -> Node {
        Node::start(&self.settings, free_address()).await
    }

    /// A browser that has never been here.
    pub fn visitor(&self, address: SocketAddr) -> Visitor {
        Visitor::new(&self.client, address, &self.public_url)
    }

    /// Somebody who is signed in, and somebody who is back from Clio with the path of the callback.
    pub async fn one_in_and_one_under_way(
        &self,
        address: SocketAddr,
    ) -> (Visitor, (Visitor, String)) {
        let member = self.visitor(address);
        let ended = member.sign_in(&self.clio, "member").await;
        assert!(ended.is_signed_in(), "{ended:?}");
        let stranger = self.visitor(address);
        let callback = stranger.callback(&self.clio, "stranger").await.unwrap();
        (member, (stranger, callback))
    }

    /// Runs a command of the program; what it says.
    ///
    /// # Panics
    /// When it fails.
    pub fn command(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Holds after any fault, once a node has run for a moment: each account has its login and the
    /// event that says so, each session the event that opened it, no person has two accounts, and the
    /// audit is whole.
    ///
    /// # Panics
    /// When it doesn't.
    pub async fn is_consistent(&self, pool: &PgPool) {
        for (what, sql) in [
            (
                "accounts without a login",
                "SELECT count(*) FROM accounts a
                 WHERE NOT EXISTS (SELECT FROM identities i WHERE i.account_id = a.id)",
            ),
            (
                "logins of more than one account",
                "SELECT count(*) FROM (SELECT FROM identities WHERE unlinked_at IS NULL
                 GROUP BY issuer, subject HAVING count(*) > 1) AS doubled",
            ),
            (
                "people with two accounts",
                "SELECT count(*) FROM (SELECT FROM accounts
                 GROUP BY email HAVING count(*) > 1) AS doubled",
            ),
            (
                "accounts whose creation isn't recorded exactly once",
                "SELECT count(*) FROM accounts a
                 WHERE (SELECT count(*) FROM audit_events e
                        WHERE e.account_id = a.id AND e.action = 'account.created') <> 1",
            ),
            (
                "created accounts that aren't there",
                "SELECT count(*) FROM audit_events e
                 WHERE e.action = 'account.created'
                   AND NOT EXISTS (SELECT FROM accounts a WHERE a.id = e.account_id)",
            ),
            (
                "accounts with more or fewer sessions than are recorded",
                "SELECT count(*) FROM accounts a
                 WHERE (SELECT count(*) FROM sessions s WHERE s.account_id = a.id)
                    <> (SELECT count(*) FROM audit_events e WHERE e.account_id = a.id
                        AND e.action IN ('account.created', 'session.opened'))",
            ),
        ] {
            assert_eq!(number(pool, sql).await, 0, "{what}");
        }
        until("the audit is sealed", Duration::from_secs(30), || async {
            let open = "SELECT count(*) FROM audit_events e
                        WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)";
            number(pool, open).await == 0
        })
        .await;
        self.command(&["audit", "verify"]);
    }
}

/// A number out of a database.
pub async fn number(pool: &PgPool, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(pool)
        .await
        .unwrap()
}
