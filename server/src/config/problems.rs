//! What is wrong with the settings, all of it at once.

use std::fmt;

/// What is wrong with one setting. Never holds its value, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable.
    pub name: &'static str,
    /// What is wrong and what would be right.
    pub what: String,
}

/// All that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "These settings need attention:")?;
        for problem in &self.0 {
            writeln!(f, "  {}: {}", problem.name, problem.what)?;
        }
        Ok(())
    }
}
