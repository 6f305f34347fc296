//! What was logged, by all tests of this process together.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock},
};

use super::lock;

static LOGS: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();

struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was logged last about requests that couldn't be carried out, by any test of this process.
pub fn failures_logged() -> String {
    let logged = logs();
    let failures = logged
        .lines()
        .filter(|line| line.contains("can't be") || line.contains("panicked"));
    let last: Vec<&str> = failures.rev().take(3).collect();
    last.join("\n")
}

/// Everything that was logged so far, by all tests of this process.
pub fn logs() -> String {
    let lines = LOGS.get_or_init(|| {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&lines);
        let _ = tracing_subscriber::fmt()
            .with_env_filter("warn,vestibule=debug,app=debug")
            .with_ansi(false)
            .with_writer(move || Lines(Arc::clone(&writer)))
            .try_init();
        lines
    });

    String::from_utf8_lossy(&lock(lines)).into_owned()
}
