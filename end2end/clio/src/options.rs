//! How a simulated Clio is set up.

use std::net::{Ipv4Addr, SocketAddr};

use crate::manage::firm::{demo_firms, demo_users};
use crate::manage::{Firm, ManageUser, Region};
use crate::people::{Person, harbour_and_lane};

/// Set-up of one simulated Clio. The default listens on a free loopback port, with the demo firm's people.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen for HTTP. Port 0 picks a free one.
    pub address: SocketAddr,
    /// The issuer, if it isn't `http://ADDRESS/`: what a browser types to come here.
    pub public_url: Option<String>,
    /// Where to take mail over SMTP; `None` takes none.
    pub smtp_address: Option<SocketAddr>,
    /// The key of the one registered application.
    pub client_id: String,
    /// Its secret, sent in the form body of the token request.
    pub client_secret: String,
    /// Its name, as the consent page shows it.
    pub application_name: String,
    /// Its redirect URIs, compared byte for byte.
    pub redirect_uris: Vec<String>,
    /// Who can sign in.
    pub people: Vec<Person>,
    /// The key of the application at Clio Manage; a hyphen and the region follow it.
    pub manage_client_id: String,
    /// Its secret there, the same in every region.
    pub manage_client_secret: String,
    /// Its redirect URIs there, compared byte for byte.
    pub manage_redirect_uris: Vec<String>,
    /// The firms at Clio Manage.
    pub firms: Vec<Firm>,
    /// Their users, each with the region.
    pub manage_users: Vec<(Region, ManageUser)>,
    /// Where "Add to Clio" leads, if anywhere.
    pub add_to_clio_url: Option<String>,
    /// Where it is told that somebody revoked what they granted, if anywhere.
    pub deauthorization_callback_url: Option<String>,
    /// Lets a request name any subject and come back signed in without pages, for benchmarks.
    pub any_subject: bool,
    /// One log line per request: method, path, status and duration, never a query or a body.
    pub log_requests: bool,
}

impl Default for Options {
    fn default() -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            address: any_port,
            public_url: None,
            smtp_address: Some(any_port),
            client_id: "simulated-key".to_owned(),
            client_secret: "simulated-secret".to_owned(),
            application_name: "Vestibule".to_owned(),
            redirect_uris: Vec::new(),
            people: harbour_and_lane(),
            manage_client_id: "simulated-manage-key".to_owned(),
            manage_client_secret: "simulated-manage-secret".to_owned(),
            manage_redirect_uris: Vec::new(),
            firms: demo_firms(),
            manage_users: demo_users(),
            add_to_clio_url: None,
            deauthorization_callback_url: None,
            any_subject: false,
            log_requests: false,
        }
    }
}

impl Options {
    /// The default set-up for an application with this key and secret.
    pub fn for_client(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            ..Self::default()
        }
    }

    /// Registers one more redirect URI.
    #[must_use]
    pub fn with_redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uris.push(uri.into());
        self
    }

    /// Replaces the people who can sign in.
    #[must_use]
    pub fn with_people(mut self, people: impl IntoIterator<Item = Person>) -> Self {
        self.people = people.into_iter().collect();
        self
    }

    /// Lets requests name any subject (see [`Options::any_subject`]).
    #[must_use]
    pub fn with_any_subject(mut self) -> Self {
        self.any_subject = true;
        self
    }
}
