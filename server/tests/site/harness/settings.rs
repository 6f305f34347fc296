//! Settings: what a test changes before its site starts.

use std::{collections::BTreeMap, io};

use simulated_clio::{Person, Region};
use vestibule::config::Environment;

/// The application's key at Clio.
pub const APP_KEY: &str = "vestibule key";
/// Its secret: characters that form encoding must carry unharmed.
pub const APP_SECRET: &str = "s&cr=t+%/é ~";

/// What a test changes before its site starts.
pub struct Settings {
    pub(super) variables: BTreeMap<String, String>,
    /// Who has a login at Clio; [`WITNESS`](super::WITNESS) always does.
    pub people: Vec<Person>,
    /// Whether Clio lets any subject sign in, as `SUBJECT@harbourlane.test`.
    pub any_subject: bool,
    /// The regions of Clio Manage that the product has to do with.
    pub manage: Vec<Region>,
    /// Whether the work behind the requests runs: sealing, mail, sweeping.
    pub background: bool,
}

impl Settings {
    pub(super) fn new() -> Self {
        let mut settings = Self {
            variables: BTreeMap::new(),
            people: vec![
                Person::new("dana", "d.whitlock@harbourlane.test").named("Dana", "Whitlock"),
                Person::new("ikram", "ikram.osei@harbourlane.test").named("Ikram", "Osei"),
                Person::new("tomas", "tomas.ferreira@harbourlane.test").named("Tomás", "Ferreira"),
                Person::new("stranger", "s.tranger@elsewhere.test").named("Stran", "Ger"),
            ],
            any_subject: false,
            manage: Vec::new(),
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

    pub(super) fn default(&mut self, name: &str, value: impl Into<String>) {
        self.variables
            .entry(name.to_owned())
            .or_insert_with(|| value.into());
    }
}

/// The variables as the product reads its environment.
pub(super) struct Variables<'a>(pub(super) &'a BTreeMap<String, String>);

impl Environment for Variables<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn read_file(&self, path: &str) -> Result<String, io::Error> {
        std::fs::read_to_string(path)
    }
}
