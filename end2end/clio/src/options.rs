//! How a simulated Clio is set up.

use std::net::{Ipv4Addr, SocketAddr};

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
