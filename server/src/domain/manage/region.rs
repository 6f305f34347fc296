//! The regions of Clio Manage, and a firm's account in one of them.

use std::{fmt, str::FromStr};

use crate::domain::account::Unknown;

/// A region. Each has its own addresses, firms, applications, keys and tokens; the same number means
/// another firm in another region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Region {
    /// The United States.
    Us,
    /// Canada.
    Ca,
    /// Europe.
    Eu,
    /// Australia.
    Au,
}

impl Region {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Us, Self::Ca, Self::Eu, Self::Au];

    /// The word in settings, in SQL and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Ca => "ca",
            Self::Eu => "eu",
            Self::Au => "au",
        }
    }

    /// Where Clio Manage is in this region, without a slash at the end (Clio's API reference).
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Us => "https://app.clio.com",
            Self::Ca => "https://ca.app.clio.com",
            Self::Eu => "https://eu.app.clio.com",
            Self::Au => "https://au.app.clio.com",
        }
    }

    /// The region that people who read these languages are likely in, by the countries that an
    /// `Accept-Language` (RFC 9110, section 12.5.4) names, in its order; `None` when it names none
    /// that tells.
    pub fn guess(languages: &str) -> Option<Self> {
        languages.split(',').take(10).find_map(|language| {
            let tag = language.split(';').next().unwrap_or_default().trim();
            let mut parts = tag.split('-');
            let first = parts.next().unwrap_or_default().to_ascii_lowercase();
            let country = parts.next_back().unwrap_or_default().to_ascii_uppercase();
            match (first.as_str(), country.as_str()) {
                (_, "US") => Some(Self::Us),
                (_, "CA") => Some(Self::Ca),
                (_, "AU" | "NZ") => Some(Self::Au),
                (
                    _,
                    "GB" | "IE" | "DE" | "FR" | "ES" | "IT" | "NL" | "PT" | "PL" | "SE" | "DK"
                    | "FI",
                )
                | ("ga" | "de" | "it" | "nl" | "pl" | "sv" | "da" | "fi", "") => Some(Self::Eu),
                _ => None,
            }
        })
    }
}

impl FromStr for Region {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let found = Self::ALL.into_iter().find(|region| region.as_str() == text);
        found.ok_or(Unknown("region"))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A firm's account at Clio Manage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FirmKey {
    /// The region.
    pub region: Region,
    /// The account's number there.
    pub number: i64,
}

impl fmt::Display for FirmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.region, self.number)
    }
}

impl FromStr for FirmKey {
    type Err = Unknown;

    /// Takes `us:12345`.
    fn from_str(text: &str) -> Result<Self, Unknown> {
        let (region, number) = text.split_once(':').ok_or(Unknown("firm"))?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.parse().ok().filter(|number| digits && *number > 0);
        Ok(Self {
            region: region.parse()?,
            number: number.ok_or(Unknown("firm"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firm_is_a_region_and_a_number() {
        let firm: FirmKey = "eu:30001".parse().unwrap();
        assert_eq!((firm.region, firm.number), (Region::Eu, 30001));
        assert_eq!(firm.to_string(), "eu:30001");
        for odd in [
            "30001", "eu:", "eu:-1", "eu:0", "eu:+1", "uk:1", "EU:1", "eu:1 ", "eu:1:2",
        ] {
            assert!(odd.parse::<FirmKey>().is_err(), "{odd}");
        }
    }

    #[test]
    fn the_first_language_that_names_a_country_tells_the_region() {
        for (languages, region) in [
            ("en-US,en;q=0.9", Some(Region::Us)),
            ("fr-CA,fr;q=0.9,en-US;q=0.8", Some(Region::Ca)),
            ("en,en-AU;q=0.9", Some(Region::Au)),
            ("en-GB", Some(Region::Eu)),
            ("de", Some(Region::Eu)),
            ("zh-Hant-CA", Some(Region::Ca)),
            ("en", None),
            ("", None),
            ("*", None),
        ] {
            assert_eq!(Region::guess(languages), region, "{languages}");
        }
    }
}
