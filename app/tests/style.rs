//! The stylesheet keeps its promises about colour.

use std::collections::HashMap;

const TOKENS: &str = include_str!("../../style/00-tokens.css");

/// What lies under text, and what lies on it.
const GROUNDS: [&str; 3] = ["paper", "surface", "wash"];
const TEXTS: [&str; 6] = ["ink", "muted", "brass", "good", "caution", "danger"];

#[test]
fn every_text_colour_reads_on_every_ground_by_day_and_night() {
    for scheme in schemes() {
        for ground in GROUNDS {
            for text in TEXTS {
                let ratio = contrast(scheme[text], scheme[ground]);
                assert!(ratio >= 4.5, "--{text} on --{ground}: {ratio:.2}");
            }
            let ratio = contrast(scheme["edge"], scheme[ground]);
            assert!(ratio >= 3.0, "--edge on --{ground}: {ratio:.2}");
        }
        for button in ["ink", "ink-lifted"] {
            let ratio = contrast(scheme["paper"], scheme[button]);
            assert!(ratio >= 4.5, "--paper on --{button}: {ratio:.2}");
        }
    }
}

#[test]
fn the_clio_button_reads_at_its_lightest() {
    let style = include_str!("../../style/40-clio-button.css");
    assert!(style.contains("linear-gradient(#0070e0, #0f478d)"));
    assert!(contrast(0x00ff_ffff, 0x0000_70e0) >= 4.5);
}

/// The colours by day, and those by night where they differ.
fn schemes() -> [HashMap<&'static str, u32>; 2] {
    let (day, night) = TOKENS
        .split_once("prefers-color-scheme: dark")
        .unwrap_or_default();
    let day: HashMap<_, _> = colours(day).collect();
    let mut by_night = day.clone();
    by_night.extend(colours(night));
    assert_ne!(day, by_night);
    [day, by_night]
}

fn colours(css: &'static str) -> impl Iterator<Item = (&'static str, u32)> {
    css.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
        Some((name, u32::from_str_radix(value.get(..6)?, 16).ok()?))
    })
}

/// The contrast ratio of WCAG 2.
fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: u32) -> f64 {
    let [_, red, green, blue] = colour.to_be_bytes().map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.040_45 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
