//! Single values of settings: text, secrets, lists, numbers; a problem is noted, and reading goes on.

use std::{net::SocketAddr, str::FromStr};

use super::{
    environment::Environment,
    problems::{Problem, Problems},
};
use crate::secrets::Secret;

/// Reads values, and collects what is wrong with them.
pub(super) struct Reader<'a, E> {
    pub(super) environment: &'a E,
    pub(super) problems: Vec<Problem>,
}

impl<'a, E: Environment> Reader<'a, E> {
    pub(super) const fn new(environment: &'a E) -> Self {
        Self {
            environment,
            problems: Vec::new(),
        }
    }

    /// What was read, if nothing is wrong.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Problems> {
        match read {
            Some(read) if self.problems.is_empty() => Ok(read),
            _ => Err(Problems(self.problems)),
        }
    }

    pub(super) fn complain(&mut self, name: &'static str, what: impl Into<String>) {
        self.problems.push(Problem {
            name,
            what: what.into(),
        });
    }

    pub(super) fn required(&mut self, name: &'static str) -> Option<String> {
        let value = self.environment.get(name);
        if value.is_none() {
            self.complain(name, "is required");
        }
        value
    }

    pub(super) fn required_secret(
        &mut self,
        name: &'static str,
        file: &'static str,
    ) -> Option<Secret> {
        let before = self.problems.len();
        let value = self.secret(name, file);
        if value.is_none() && self.problems.len() == before {
            self.complain(name, format!("is required (or {file})"));
        }
        value
    }

    /// A secret from `NAME`, or from the file that `NAME_FILE` names, without the line break at its
    /// end.
    pub(super) fn secret(&mut self, name: &'static str, file: &'static str) -> Option<Secret> {
        let direct = self.environment.get(name);
        match (direct, self.environment.get(file)) {
            (Some(_), Some(_)) => {
                self.complain(name, format!("is set, and {file} too; set one of them"));
                None
            }
            (Some(value), None) => Some(Secret::new(value)),
            (None, Some(path)) => {
                let content = self.environment.read_file(&path).ok();
                let text = content.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
                let text = text.filter(|text| !text.is_empty());
                if text.is_none() {
                    self.complain(file, "names a file that can't be read or is empty");
                }
                text.map(Secret::new)
            }
            (None, None) => None,
        }
    }

    pub(super) fn list(&self, name: &'static str) -> Vec<String> {
        let text = self.environment.get(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match self.environment.get(name).as_deref() {
            None => default,
            Some("true" | "1" | "on") => true,
            Some("false" | "0" | "off") => false,
            Some(_) => {
                self.complain(name, "must be true or false");
                default
            }
        }
    }

    pub(super) fn number(
        &mut self,
        name: &'static str,
        default: u32,
        bounds: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        match self.environment.get(name).map(|text| u32::from_str(&text)) {
            None => default,
            Some(Ok(number)) if bounds.contains(&number) => number,
            Some(_) => {
                let (from, to) = bounds.into_inner();
                self.complain(name, format!("must be a whole number from {from} to {to}"));
                default
            }
        }
    }

    pub(super) fn address(&mut self, name: &'static str) -> Option<SocketAddr> {
        let text = self.environment.get(name)?;
        let address = text.parse().ok();
        if address.is_none() {
            self.complain(
                name,
                "must be an address and a port, such as 127.0.0.1:3000",
            );
        }
        address
    }
}
