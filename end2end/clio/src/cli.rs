//! The command line.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Parser;
use simulated_clio::{Options, Person, people};

/// A simulated Clio Identity with its own login pages and a mailbox. For development only.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Cli {
    /// Where to listen for HTTP
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3001")]
    listen: SocketAddr,

    /// What a browser types to come here; the issuer
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,

    /// Where to take mail over SMTP; without it, none is taken
    #[arg(long, value_name = "ADDRESS")]
    smtp: Option<SocketAddr>,

    /// The application's key
    #[arg(long, value_name = "KEY")]
    client_id: String,

    /// The application's secret
    #[arg(
        long,
        value_name = "SECRET",
        env = "SIMULATED_CLIO_CLIENT_SECRET",
        hide_env_values = true,
        required_unless_present = "client_secret_file"
    )]
    client_secret: Option<String>,

    /// A file with the application's secret; it comes before the variable
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,

    /// The application's name on the consent page
    #[arg(long, value_name = "NAME", default_value = "Vestibule")]
    application_name: String,

    /// A redirect URI of the application; repeat for more
    #[arg(long = "redirect-uri", value_name = "URL", required = true)]
    redirect_uris: Vec<String>,

    /// The application's key at Clio Manage; a hyphen and the region follow it
    #[arg(long, default_value = "simulated-manage-key")]
    manage_client_id: String,

    /// Its secret there, the same in every region
    #[arg(long, default_value = "simulated-manage-secret")]
    manage_client_secret: String,

    /// A file that holds it
    #[arg(long, value_name = "FILE")]
    manage_client_secret_file: Option<PathBuf>,

    /// A redirect URI of the application at Clio Manage; repeat for more
    #[arg(long = "manage-redirect-uri", value_name = "URL")]
    manage_redirect_uris: Vec<String>,

    /// Where "Add to Clio" leads
    #[arg(long, value_name = "URL")]
    add_to_clio_url: Option<String>,

    /// Where the application is told that somebody revoked what they granted
    #[arg(long, value_name = "URL")]
    deauthorization_callback_url: Option<String>,

    /// A JSON file with an array of people; without it, the firm "Harbour & Lane"
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,

    /// Sign in any subject that a request names in `X-Simulated-Login` or `login_as`, without pages
    #[arg(long)]
    any_subject: bool,

    /// No log line per request
    #[arg(long)]
    quiet: bool,
}

impl Cli {
    /// Reads the files that the command line names.
    pub(crate) fn into_options(self) -> anyhow::Result<Options> {
        let client_secret = match (&self.client_secret_file, self.client_secret) {
            (Some(file), _) => read(file)?.trim_end_matches(['\r', '\n']).to_owned(),
            (None, Some(secret)) => secret,
            (None, None) => anyhow::bail!("the application's secret is missing"),
        };
        let manage_client_secret = match &self.manage_client_secret_file {
            Some(file) => read(file)?.trim_end_matches(['\r', '\n']).to_owned(),
            None => self.manage_client_secret,
        };
        let people: Vec<Person> = match &self.people {
            Some(file) => serde_json::from_str(&read(file)?)
                .with_context(|| format!("{} isn't an array of people", file.display()))?,
            None => people::harbour_and_lane(),
        };
        Ok(Options {
            address: self.listen,
            public_url: self.public_url,
            smtp_address: self.smtp,
            client_id: self.client_id,
            client_secret,
            application_name: self.application_name,
            redirect_uris: self.redirect_uris,
            people,
            any_subject: self.any_subject,
            log_requests: !self.quiet,
            manage_client_id: self.manage_client_id,
            manage_client_secret,
            manage_redirect_uris: self.manage_redirect_uris,
            add_to_clio_url: self.add_to_clio_url,
            deauthorization_callback_url: self.deauthorization_callback_url,
            ..Options::default()
        })
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))
}
