//! The settings of Clio Manage.

use std::collections::BTreeMap;

use vestibule::{
    config::{Config, Environment, Problems},
    domain::{
        admission::{Admission, Firms, Others},
        manage::region::Region,
    },
};

struct Variables(BTreeMap<&'static str, String>);

impl Environment for Variables {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn read_file(&self, path: &str) -> Result<String, std::io::Error> {
        std::fs::read_to_string(path)
    }
}

fn read(changes: &[(&'static str, &str)]) -> Result<Config, Problems> {
    let mut variables: BTreeMap<&'static str, String> = [
        ("DATABASE_URL", "postgres://localhost/vestibule"),
        ("PUBLIC_URL", "https://apps.firm.test"),
        ("SECRET_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("CLIO_IDENTITY_APP_KEY", "key"),
        ("CLIO_IDENTITY_APP_SECRET", "secret"),
        ("CLIO_MANAGE_US_APP_KEY", "us key"),
        ("CLIO_MANAGE_US_APP_SECRET", "us secret"),
        ("CLIO_MANAGE_EU_APP_KEY", "eu key"),
        ("CLIO_MANAGE_EU_APP_SECRET", "eu secret"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into();
    for (name, value) in changes {
        variables.insert(name, (*value).to_owned());
    }
    Config::read(&Variables(variables))
}

/// The names of the settings that are wrong.
fn wrong(changes: &[(&'static str, &str)]) -> Vec<&'static str> {
    let problems = read(changes).unwrap_err();
    assert!(!problems.to_string().contains("secret\n"), "{problems}");
    problems.0.iter().map(|problem| problem.name).collect()
}

#[test]
fn without_regions_there_is_no_clio_manage() {
    assert!(read(&[]).unwrap().manage.regions.is_empty());
}

#[test]
fn each_region_has_its_key_its_secret_and_clio_s_own_address() {
    let config = read(&[("CLIO_MANAGE_REGIONS", "us, eu")]).unwrap();
    let regions: Vec<_> = config
        .manage
        .regions
        .iter()
        .map(|it| (it.region, it.app_key.as_str(), it.base_url.as_str()))
        .collect();
    assert_eq!(
        regions,
        [
            (Region::Us, "us key", "https://app.clio.com"),
            (Region::Eu, "eu key", "https://eu.app.clio.com"),
        ]
    );
    assert_eq!(
        config.web.public_url.manage_redirect_uri(),
        "https://apps.firm.test/auth/clio-manage/callback"
    );
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    assert_eq!(
        wrong(&[("CLIO_MANAGE_REGIONS", "uk")]),
        ["CLIO_MANAGE_REGIONS"]
    );
    assert_eq!(
        wrong(&[("CLIO_MANAGE_REGIONS", "us,us")]),
        ["CLIO_MANAGE_REGIONS"]
    );
    assert_eq!(
        wrong(&[
            ("CLIO_MANAGE_REGIONS", "ca,us"),
            ("CLIO_MANAGE_US_BASE_URL", "http://app.clio.com"),
            ("CLIO_MANAGE_API_VERSION", "four"),
        ]),
        [
            "CLIO_MANAGE_API_VERSION",
            "CLIO_MANAGE_CA_APP_KEY",
            "CLIO_MANAGE_CA_APP_SECRET",
            "CLIO_MANAGE_US_BASE_URL",
        ]
    );
    // Plain http for a loopback host only, and only when we are on one ourselves.
    let loopback = ("CLIO_MANAGE_US_BASE_URL", "http://127.0.0.1:3001/manage/us");
    let us = ("CLIO_MANAGE_REGIONS", "us");
    assert_eq!(wrong(&[us, loopback]), ["CLIO_MANAGE_US_BASE_URL"]);
    let config = read(&[us, loopback, ("PUBLIC_URL", "http://localhost:3000")]).unwrap();
    assert_eq!(
        config.manage.regions[0].base_url,
        "http://127.0.0.1:3001/manage/us"
    );
}

#[test]
fn admission_by_firm_names_the_firm() {
    let us = ("CLIO_MANAGE_REGIONS", "us");
    let firm = ("ADMISSION", "firm");
    assert_eq!(wrong(&[firm]), ["CLIO_MANAGE_REGIONS", "ADMISSION_FIRMS"]);
    assert_eq!(wrong(&[firm, us]), ["ADMISSION_FIRMS"]);
    assert_eq!(
        wrong(&[firm, us, ("ADMISSION_FIRMS", "eu:1")]),
        ["ADMISSION_FIRMS"]
    );
    assert_eq!(
        wrong(&[
            firm,
            us,
            ("ADMISSION_FIRMS", "1"),
            ("ADMISSION_FIRM_OTHERS", "hang")
        ]),
        ["ADMISSION_FIRM_OTHERS"]
    );
    let of = |changes: &[(&'static str, &str)]| match read(changes).unwrap().admission {
        Admission::Firm(firm) => firm,
        other => panic!("{other:?}"),
    };
    let listed = of(&[firm, us, ("ADMISSION_FIRMS", "12, us:13")]);
    let Firms::Listed(firms) = listed.firms else {
        panic!()
    };
    assert_eq!(
        firms.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["us:12", "us:13"]
    );
    assert_eq!(listed.others, Others::Queue);
    let first = of(&[
        firm,
        us,
        ("ADMISSION_FIRMS", "first-owner"),
        ("ADMISSION_FIRM_OTHERS", "refuse"),
    ]);
    assert_eq!(
        (first.firms, first.others),
        (Firms::OfFirstOwner, Others::Refuse)
    );
    // With several regions, a number alone names no firm.
    let several = ("CLIO_MANAGE_REGIONS", "us,eu");
    assert_eq!(
        wrong(&[firm, several, ("ADMISSION_FIRMS", "12")]),
        ["ADMISSION_FIRMS"]
    );
}

#[test]
fn earlier_keys_are_keys() {
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let two = format!("{key},{key}");
    assert_eq!(
        read(&[("SECRET_KEY_PREVIOUS", &two)])
            .unwrap()
            .previous_keys
            .len(),
        2
    );
    assert_eq!(
        wrong(&[("SECRET_KEY_PREVIOUS", "short")]),
        ["SECRET_KEY_PREVIOUS"]
    );
}
