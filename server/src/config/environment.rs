//! Where settings come from.

/// Variables, and the files that some of them name.
pub trait Environment {
    /// The value of a variable; `None` when it isn't set or empty.
    fn get(&self, name: &str) -> Option<String>;
    /// The content of a file that a `NAME_FILE` variable names.
    fn read_file(&self, path: &str) -> Result<String, std::io::Error>;
}

/// The process's own environment and file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn read_file(&self, path: &str) -> Result<String, std::io::Error> {
        std::fs::read_to_string(path)
    }
}
