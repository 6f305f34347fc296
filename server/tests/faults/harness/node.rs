//! Nodes: the real program, as a process.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use super::waiting::until;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// How long a program may take to get ready.
const GETS_READY: Duration = Duration::from_mins(1);

/// A running `vestibule serve`. Killed when dropped.
pub struct Node {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

impl Node {
    /// Starts the program and waits until it is ready.
    pub async fn start(settings: &[(String, String)], address: SocketAddr) -> Self {
        let node = Self::begin(settings, address);
        until("the program is ready", GETS_READY, || node.is_ready()).await;
        node
    }

    /// Starts the program.
    pub fn begin(settings: &[(String, String)], address: SocketAddr) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("node.{}.{number}.log", std::process::id()));
        let file = File::create(&log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .env_clear()
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .env("LISTEN_ADDR", address.to_string())
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Self {
            child,
            address,
            log,
        }
    }

    /// Whether it says that it is ready.
    pub async fn is_ready(&self) -> bool {
        status(self.address, "/readyz").await == Some(200)
    }

    /// Whether it says that it is alive.
    pub async fn is_alive(&self) -> bool {
        status(self.address, "/healthz").await == Some(200)
    }

    /// Kills it on the spot.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop.
    pub fn ask_to_stop(&self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(asked.success());
    }

    /// How it ended, once it has.
    pub async fn ended(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // One that has ended can't be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            return;
        }
        let _ = fs::remove_file(&self.log);
    }
}

async fn status(address: SocketAddr, path: &str) -> Option<u16> {
    let answer = reqwest::get(format!("http://{address}{path}")).await.ok()?;
    Some(answer.status().as_u16())
}
