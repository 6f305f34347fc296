//! Made-up input: how much of it, and texts that are hard on whoever reads them.

use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};

/// So many cases of each property, the same in every run, so that a failure comes again by itself.
/// `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for more, or for others.
pub fn config() -> Config {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(20_260_501);
    }
    config
}

/// A character that means something to somebody: to URLs, headers, JSON, CSV, HTML, terminals,
/// spreadsheets, or to Unicode's rules of case, order and width.
pub fn odd() -> impl Strategy<Value = char> {
    const ODD: &str = "\0\t\n\r\u{b}\u{1b}\u{7f}\u{85}\u{a0}\u{ad} \"'`,;:|=+-@#?&%/\\<>()[]{}._~$^*!\
        09azAZ\u{df}\u{e9}\u{c9}e\u{301}\u{130}\u{131}\u{17f}\u{212a}\u{3a3}\u{3c2}\u{3c3}\u{587}\
        \u{61c}\u{200b}\u{200c}\u{200d}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\u{2069}\u{2060}\
        \u{3000}\u{feff}\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{ff0f}\u{ff3c}\u{fffd}\u{e0041}\u{1f980}";
    prop_oneof![
        4 => proptest::sample::select(ODD.chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ]
}

/// A text of such characters and of ordinary ones.
pub fn text(longest: usize) -> impl Strategy<Value = String> {
    let ordinary = proptest::char::range('a', 'z');
    let character = prop_oneof![1 => odd(), 1 => ordinary];
    proptest::collection::vec(character, 0..=longest).prop_map(String::from_iter)
}
