//! The programs that are measured: started beside this one, and killed when they are dropped.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use http::{Request, StatusCode};
use tokio::process::{Child, Command};

use crate::{journey::Places, line::Line};

const KEY: &str = "bench";
const SECRET: &str = "a secret of the benchmarks";
/// How long a program may take to start.
const STARTS_WITHIN: Duration = Duration::from_secs(20);

/// Where the programs are, and where they listen.
pub(crate) struct Fleet {
    folder: PathBuf,
    logs: PathBuf,
    pub(crate) places: Places,
    /// Whether there is a Clio Manage as well.
    has_manage: bool,
}

/// A running program.
pub(crate) struct Program {
    child: Child,
    /// From the start of the process to its first good answer.
    pub(crate) ready_after: Duration,
}

impl Program {
    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("a program has ended")
    }

    /// Kills it, and waits until it is gone.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

impl Fleet {
    /// The release programs in the folder of this one, on free ports.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let own = std::env::current_exe()?;
        let folder = own.parent().context("this program has no folder")?;
        let logs = folder.join("../bench");
        fs::create_dir_all(&logs)?;
        let places = Places {
            server: free_address()?,
            clio: free_address()?,
        };
        Ok(Self {
            folder: folder.to_owned(),
            logs: logs.canonicalize()?,
            places,
            has_manage: false,
        })
    }

    /// The same with Clio Manage in the United States.
    pub(crate) fn with_manage(self) -> Self {
        Self {
            has_manage: true,
            ..self
        }
    }

    /// The server's program.
    pub(crate) fn server_file(&self) -> PathBuf {
        self.folder.join("vestibule")
    }

    /// Starts the simulated Clio.
    pub(crate) async fn clio(&self) -> anyhow::Result<Program> {
        let Places { server, clio } = self.places;
        let mut command = self.command("simulated-clio")?;
        command
            .args(["--any-subject", "--quiet", "--client-id", KEY])
            .args(["--listen", &clio.to_string()])
            .args([
                "--redirect-uri",
                &format!("{}/auth/clio/callback", public_url(server)),
            ])
            .env("SIMULATED_CLIO_CLIENT_SECRET", SECRET);
        if self.has_manage {
            let callback = format!("{}/auth/clio-manage/callback", public_url(server));
            command
                .args(["--manage-client-id", KEY, "--manage-client-secret", SECRET])
                .args(["--manage-redirect-uri", &callback]);
        }
        self.start("simulated-clio", command, clio, "/healthz")
            .await
    }

    /// Starts the server over a database.
    pub(crate) async fn server(&self, database_url: &str) -> anyhow::Result<Program> {
        let command = self.vestibule(database_url)?;
        self.start("vestibule", command, self.places.server, "/readyz")
            .await
    }

    /// Runs a command of the program to its end; says how long it took.
    pub(crate) async fn run(
        &self,
        database_url: &str,
        arguments: &[&str],
    ) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let status = self
            .vestibule(database_url)?
            .args(arguments)
            .status()
            .await?;
        ensure!(
            status.success(),
            "vestibule {} fails, see {}",
            arguments.join(" "),
            self.logs.display()
        );
        Ok(started.elapsed())
    }

    fn vestibule(&self, database_url: &str) -> anyhow::Result<Command> {
        let Places { server, clio } = self.places;
        let mut command = self.command("vestibule")?;
        command.envs([
            ("DATABASE_URL", database_url),
            ("PUBLIC_URL", &public_url(server)),
            ("LISTEN_ADDR", &server.to_string()),
            ("CLIO_IDENTITY_APP_KEY", KEY),
            ("CLIO_IDENTITY_APP_SECRET", SECRET),
            ("CLIO_IDENTITY_ISSUER", &format!("http://{clio}/")),
            ("ADMISSION", "open"),
            // Whom the flood comes from is said as a proxy says it.
            ("TRUSTED_PROXIES", "127.0.0.1/32"),
            ("LOG_FORMAT", "json"),
        ]);
        if self.has_manage {
            command.envs([
                ("CLIO_MANAGE_REGIONS", "us"),
                ("CLIO_MANAGE_US_APP_KEY", &format!("{KEY}-us")),
                ("CLIO_MANAGE_US_APP_SECRET", SECRET),
                (
                    "CLIO_MANAGE_US_BASE_URL",
                    &format!("http://{clio}/manage/us"),
                ),
            ]);
        }
        Ok(command)
    }

    /// A program that gets nothing of our environment, and writes to a file.
    fn command(&self, name: &str) -> anyhow::Result<Command> {
        let file = self.folder.join(name);
        ensure!(
            file.exists(),
            "{} is missing: cargo build --release --package {name}",
            file.display()
        );
        let log = File::create(self.log(name))?;
        let mut command = Command::new(file);
        command
            .env_clear()
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C is for us, who then stop them: what is measured goes on until it is.
            .process_group(0)
            .kill_on_drop(true);
        Ok(command)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.logs.join(name).with_extension("log")
    }

    async fn start(
        &self,
        name: &str,
        mut command: Command,
        address: SocketAddr,
        path: &str,
    ) -> anyhow::Result<Program> {
        let started = Instant::now();
        let mut child = command.spawn()?;
        while started.elapsed() < STARTS_WITHIN {
            if answers(address, path).await {
                return Ok(Program {
                    child,
                    ready_after: started.elapsed(),
                });
            }
            if child.try_wait()?.is_some() {
                bail!("{name} doesn't start, see {}", self.log(name).display());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!(
            "{name} isn't ready in time, see {}",
            self.log(name).display()
        )
    }
}

/// The size of a file, in MiB.
pub(crate) fn size_of(file: &Path) -> anyhow::Result<f64> {
    let kibibytes = u32::try_from(fs::metadata(file)?.len() / 1024)?;
    Ok(f64::from(kibibytes) / 1024.0)
}

/// What people type: another host than Clio's, as it is in life.
fn public_url(server: SocketAddr) -> String {
    format!("http://localhost:{}", server.port())
}

fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

async fn answers(address: SocketAddr, path: &str) -> bool {
    let Ok(mut line) = Line::open(address).await else {
        return false;
    };
    let answer = line.get(path, Request::get("/")).await;
    answer.is_ok_and(|answer| answer.status == StatusCode::OK)
}
