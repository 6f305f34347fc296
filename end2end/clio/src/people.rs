//! The people with a Clio login, and the invented firm of the demo.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::sync::lock;

/// Everybody's password, unless their [`Person`] says otherwise. Shown on the login pages: this is a simulation.
pub const DEMO_PASSWORD: &str = "paper ink and brass";

/// The six digits of the demo firm's one person with a second factor.
pub const DEMO_SECOND_FACTOR: &str = "246810";

/// One person's login at the simulated Clio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The `sub` of their ID tokens: opaque, unique.
    pub subject: String,
    /// Their `email`; no such claim if absent.
    #[serde(default)]
    pub email: Option<String>,
    /// Their `first_name`; no such claim if absent.
    #[serde(default)]
    pub first_name: Option<String>,
    /// Their `last_name`; no such claim if absent.
    #[serde(default)]
    pub last_name: Option<String>,
    /// What the password page accepts.
    #[serde(default = "demo_password")]
    pub password: String,
    /// The six digits that the code page accepts; no code page if absent.
    #[serde(default)]
    pub second_factor: Option<String>,
    /// Whether Clio lets this login into other applications.
    #[serde(default)]
    pub login: ClioLogin,
}

/// Whether a login may use "Sign in with Clio".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClioLogin {
    /// An ordinary member of a firm.
    #[default]
    Ready,
    /// Not yet, for example just created: `invalid_credentials` with `"clio_connect": false`.
    NotReady,
    /// A client-portal login: `invalid_credentials` with `"clio_connect": true`.
    ClientPortal,
}

/// Nobody has this subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody at the simulated Clio has the subject {0:?}")]
pub struct UnknownPerson(pub String);

fn demo_password() -> String {
    DEMO_PASSWORD.to_owned()
}

impl Person {
    /// A firm member with an e-mail, the demo password and no names yet.
    pub fn new(subject: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            email: Some(email.into()),
            first_name: None,
            last_name: None,
            password: demo_password(),
            second_factor: None,
            login: ClioLogin::Ready,
        }
    }

    /// The same person with a first and a last name.
    #[must_use]
    pub fn named(mut self, first_name: impl Into<String>, last_name: impl Into<String>) -> Self {
        self.first_name = Some(first_name.into());
        self.last_name = Some(last_name.into());
        self
    }

    /// The same person without an `email` claim.
    #[must_use]
    pub fn without_email(mut self) -> Self {
        self.email = None;
        self
    }

    /// The same person with a password of their own.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<String>) -> Self {
        self.password = password.into();
        self
    }

    /// The same person, asked for these digits after the password.
    #[must_use]
    pub fn with_second_factor(mut self, code: impl Into<String>) -> Self {
        self.second_factor = Some(code.into());
        self
    }

    /// The same person with another kind of login.
    #[must_use]
    pub fn with_login(mut self, login: ClioLogin) -> Self {
        self.login = login;
        self
    }

    /// How the pages call this person: by name, else by e-mail, else by subject.
    pub fn display_name(&self) -> String {
        let names: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if names.is_empty() {
            self.email.as_ref().unwrap_or(&self.subject).clone()
        } else {
            names.join(" ")
        }
    }
}

/// The invented law firm "Harbour & Lane" (`harbourlane.test`), and one lawyer from outside.
pub fn harbour_and_lane() -> Vec<Person> {
    let member = |number: u32, email: &str| {
        Person::new(
            format!("clio-{number}"),
            format!("{email}@harbourlane.test"),
        )
    };
    vec![
        member(410_271, "d.whitlock").named("Dana", "Whitlock"),
        member(410_272, "ikram.osei").named("Ikram", "Osei"),
        member(410_273, "tomas.ferreira").named("Tomás", "Ferreira"),
        member(410_274, "priya.nandakumar").named("Priya", "Nandakumar"),
        member(410_275, "jonas.eriksen").named("Jonas", "Eriksen"),
        member(410_276, "mei-lin.zhao").named("Mei-Lin", "Zhao"),
        member(410_277, "amara.okonkwo").named("Amara", "Okonkwo"),
        member(410_278, "rafael.duarte")
            .named("Rafael", "Duarte")
            .with_second_factor(DEMO_SECOND_FACTOR),
        member(410_279, "frontdesk"),
        member(410_280, "s.haddad")
            .named("Samira", "Haddad")
            .without_email(),
        member(410_281, "oleksandr.bondar")
            .named("Oleksandr", "Bondar")
            .with_login(ClioLogin::NotReady),
        member(410_282, "aoife.ni.bhriain").named("Aoife", "Ní Bhriain"),
        Person::new("clio-522904", "lena@brandtlaw.test").named("Lena", "Brandt"),
    ]
}

/// Who can sign in now, and who could at the start.
#[derive(Debug)]
pub(crate) struct Directory {
    at_the_start: Vec<Person>,
    people: Mutex<Vec<Person>>,
}

impl Directory {
    pub(crate) fn new(people: Vec<Person>) -> Self {
        Self {
            at_the_start: people.clone(),
            people: Mutex::new(people),
        }
    }

    /// Everybody, in the order given.
    pub(crate) fn all(&self) -> Vec<Person> {
        lock(&self.people).clone()
    }

    pub(crate) fn by_subject(&self, subject: &str) -> Option<Person> {
        lock(&self.people)
            .iter()
            .find(|person| person.subject == subject)
            .cloned()
    }

    /// The first person with this e-mail, whatever the case of its ASCII letters.
    pub(crate) fn by_email(&self, email: &str) -> Option<Person> {
        lock(&self.people)
            .iter()
            .find(|person| {
                let own = person.email.as_deref();
                own.is_some_and(|own| own.eq_ignore_ascii_case(email))
            })
            .cloned()
    }

    /// Adds a person, in place of one with the same subject.
    pub(crate) fn put(&self, person: Person) {
        let mut people = lock(&self.people);
        match people.iter_mut().find(|own| own.subject == person.subject) {
            Some(own) => *own = person,
            None => people.push(person),
        }
    }

    pub(crate) fn change(
        &self,
        subject: &str,
        change: impl FnOnce(&mut Person),
    ) -> Result<(), UnknownPerson> {
        lock(&self.people)
            .iter_mut()
            .find(|person| person.subject == subject)
            .map(change)
            .ok_or_else(|| UnknownPerson(subject.to_owned()))
    }

    /// Undoes every change since the start.
    pub(crate) fn reset(&self) {
        (*lock(&self.people)).clone_from(&self.at_the_start);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn demo_firm_has_one_login_per_subject_and_email() {
        let people = harbour_and_lane();
        let subjects: HashSet<_> = people.iter().map(|person| &person.subject).collect();
        assert_eq!(subjects.len(), people.len());
        let emails: Vec<_> = people
            .iter()
            .filter_map(|person| person.email.as_ref())
            .collect();
        assert_eq!(emails.iter().collect::<HashSet<_>>().len(), emails.len());
        assert_eq!(emails.len(), people.len() - 1, "one person has no e-mail");
    }

    #[test]
    fn person_in_json_needs_only_a_subject() {
        let person: Person = serde_json::from_str(r#"{"subject": "kim"}"#).unwrap();
        assert_eq!(person, Person::new("kim", "").without_email());
        serde_json::from_str::<Person>(r#"{"subject": "kim", "emial": "x"}"#).unwrap_err();
    }
}
