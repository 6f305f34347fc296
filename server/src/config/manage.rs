//! Clio Manage: the regions, and an application's key and secret in each.

use url::Url;

use super::{environment::Environment, reader::Reader};
use crate::{
    domain::{
        admission::{FirmAdmission, Firms, Others},
        manage::region::{FirmKey, Region},
    },
    secrets::Secret,
};

/// Clio Manage, which knows who belongs to which firm.
#[derive(Clone, Debug, Default)]
pub struct Manage {
    /// `CLIO_MANAGE_REGIONS`; none when the product has nothing to do with Clio Manage.
    pub regions: Vec<ManageRegion>,
    /// `CLIO_MANAGE_API_VERSION`: the version of the API that is asked for, such as `4.0.6`; Clio's own
    /// choice without it.
    pub api_version: Option<String>,
}

/// Clio Manage in one region.
#[derive(Clone, Debug)]
pub struct ManageRegion {
    /// The region.
    pub region: Region,
    /// `CLIO_MANAGE_<REGION>_APP_KEY`.
    pub app_key: String,
    /// `CLIO_MANAGE_<REGION>_APP_SECRET`.
    pub app_secret: Secret,
    /// `CLIO_MANAGE_<REGION>_BASE_URL`, without a slash at the end.
    pub base_url: String,
}

/// The names of a region's settings.
struct Names {
    app_key: &'static str,
    app_secret: &'static str,
    app_secret_file: &'static str,
    base_url: &'static str,
}

macro_rules! names {
    ($region:literal) => {
        Names {
            app_key: concat!("CLIO_MANAGE_", $region, "_APP_KEY"),
            app_secret: concat!("CLIO_MANAGE_", $region, "_APP_SECRET"),
            app_secret_file: concat!("CLIO_MANAGE_", $region, "_APP_SECRET_FILE"),
            base_url: concat!("CLIO_MANAGE_", $region, "_BASE_URL"),
        }
    };
}

const fn names(region: Region) -> Names {
    match region {
        Region::Us => names!("US"),
        Region::Ca => names!("CA"),
        Region::Eu => names!("EU"),
        Region::Au => names!("AU"),
    }
}

impl<E: Environment> Reader<'_, E> {
    /// The regions of `CLIO_MANAGE_REGIONS`, in its order; none of them without it.
    pub(super) fn manage(&mut self, loopback: bool) -> Option<Manage> {
        let api_version = self.environment.get("CLIO_MANAGE_API_VERSION");
        let is_odd = |version: &String| {
            let mut parts = version.split('.');
            parts.clone().count() != 3
                || !parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        };
        if api_version.as_ref().is_some_and(is_odd) {
            self.complain("CLIO_MANAGE_API_VERSION", "must be a version such as 4.0.6");
        }
        let mut regions: Vec<Region> = Vec::new();
        for word in self.list("CLIO_MANAGE_REGIONS") {
            match word.to_ascii_lowercase().parse() {
                Ok(region) if !regions.contains(&region) => regions.push(region),
                _ => {
                    self.complain(
                        "CLIO_MANAGE_REGIONS",
                        "must be some of us, ca, eu and au, each once, separated by commas",
                    );
                    return None;
                }
            }
        }
        // Every region is read before anything is given up, so that all problems are named.
        let read: Vec<_> = regions
            .into_iter()
            .map(|region| self.manage_region(region, loopback))
            .collect();
        let regions: Option<_> = read.into_iter().collect();
        Some(Manage {
            regions: regions?,
            api_version,
        })
    }

    fn manage_region(&mut self, region: Region, loopback: bool) -> Option<ManageRegion> {
        let names = names(region);
        let app_key = self.required(names.app_key);
        let app_secret = self.required_secret(names.app_secret, names.app_secret_file);
        let base = self.environment.get(names.base_url);
        let base = base.unwrap_or_else(|| region.base_url().to_owned());
        let base = self.endpoint(names.base_url, &base, loopback);
        if base.as_ref().is_some_and(|base| base.query().is_some()) {
            self.complain(names.base_url, "must have no query");
        }
        Some(ManageRegion {
            region,
            app_key: app_key?,
            app_secret: app_secret?,
            base_url: base.map(|base: Url| base.as_str().trim_end_matches('/').to_owned())?,
        })
    }

    /// `ADMISSION=firm`, with which firms and what becomes of others.
    pub(super) fn firm_admission(&mut self, regions: &[Region]) -> Option<FirmAdmission> {
        if regions.is_empty() {
            self.complain("CLIO_MANAGE_REGIONS", "is required when ADMISSION is firm");
        }
        let others = match self.environment.get("ADMISSION_FIRM_OTHERS").as_deref() {
            None | Some("queue") => Some(Others::Queue),
            Some("refuse") => Some(Others::Refuse),
            Some(_) => {
                self.complain("ADMISSION_FIRM_OTHERS", "must be queue or refuse");
                None
            }
        };
        let firms = self.firms(regions);
        Some(FirmAdmission {
            firms: firms?,
            others: others?,
        })
    }

    fn firms(&mut self, regions: &[Region]) -> Option<Firms> {
        let words = self.list("ADMISSION_FIRMS");
        if words == ["first-owner"] {
            return Some(Firms::OfFirstOwner);
        }
        let firms: Option<Vec<FirmKey>> = words
            .iter()
            .map(|word| match regions {
                // With one region, its name goes without saying.
                [only] if !word.contains(':') => format!("{only}:{word}").parse().ok(),
                _ => word.parse().ok(),
            })
            .collect();
        let firms = firms.filter(|firms| {
            !firms.is_empty() && firms.iter().all(|firm| regions.contains(&firm.region))
        });
        if firms.is_none() {
            self.complain(
                "ADMISSION_FIRMS",
                "must be first-owner, or the numbers of the firm's accounts at Clio Manage such as us:12345, \
                 in regions of CLIO_MANAGE_REGIONS, when ADMISSION is firm",
            );
        }
        firms.map(Firms::Listed)
    }
}
