//! PostgreSQL clusters.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};

use super::waiting::{free_address, until};

/// How long a cluster may take to start, to stop, or to catch up.
const PATIENCE: Duration = Duration::from_secs(60);

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A PostgreSQL cluster on a port of its own. Gone when dropped.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a cluster and starts it with these settings, each `name=value`.
    pub async fn start(settings: &[&str]) -> Self {
        let cluster = Self::named();
        let data = cluster.data();
        let made = as_owner("initdb")
            .args(["--auth=trust", "--username=vestibule", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8"])
            .arg(format!("--pgdata={data}"))
            .output()
            .expect("initdb isn't on the PATH: end2end/scripts/postgres.sh run puts it there");
        assert!(made.status.success(), "{made:?}");
        let mut lines = vec![
            "listen_addresses = '127.0.0.1'".to_owned(),
            "unix_socket_directories = ''".to_owned(),
            "max_connections = 100".to_owned(),
        ];
        lines.extend(settings.iter().map(|setting| {
            let (name, value) = setting.split_once('=').expect("name=value");
            format!("{name} = '{value}'")
        }));
        cluster.configure(&lines);
        cluster.go().await;
        cluster
    }

    fn named() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from("/var/tmp").join(format!(
            "vestibule-faults.{}.{number}",
            std::process::id()
        ));
        fs::create_dir(&folder).unwrap();
        if let Some((user, group)) = owner() {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
        }
        Self {
            folder,
            port: free_address().port(),
        }
    }

    fn data(&self) -> String {
        self.folder.join("data").to_str().unwrap().to_owned()
    }

    /// Adds lines to the cluster's own settings.
    fn configure(&self, lines: &[String]) {
        let file = Path::new(&self.data()).join("postgresql.auto.conf");
        let mut text = fs::read_to_string(&file).unwrap_or_default();
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        fs::write(&file, text).unwrap();
    }

    /// Starts the server and waits until it takes connections.
    pub async fn go(&self) {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        as_owner("postgres")
            .args(["-D", &self.data(), "-p", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        until("PostgreSQL takes connections", PATIENCE, || async {
            self.connect().await.is_some()
        })
        .await;
    }

    /// A connection as the cluster's owner, if it takes one.
    pub async fn connect(&self) -> Option<PgConnection> {
        PgConnection::connect(&self.url("postgres")).await.ok()
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://vestibule@127.0.0.1:{}/{database}", self.port)
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The test's own connections to the database `vestibule`.
    pub async fn pool(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(4)
            .connect(&self.url("vestibule"))
            .await
            .unwrap()
    }

    /// Runs a statement as the cluster's owner.
    pub async fn sql(&self, statement: &str) {
        let mut connection = self.connect().await.expect("a connection");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
    }

    fn postmaster(&self) -> Option<u32> {
        let file = Path::new(&self.data()).join("postmaster.pid");
        fs::read_to_string(file).ok()?.lines().next()?.parse().ok()
    }

    /// The server and all its processes.
    fn processes(&self) -> Vec<u32> {
        let postmaster = self.postmaster().expect("a running server");
        let children =
            fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap();
        let mut all = vec![postmaster];
        all.extend(children.split_whitespace().map(|pid| pid.parse::<u32>().unwrap()));
        all
    }

    /// Ends the server as a crash does: at once, with nothing tidied up.
    pub async fn crash(&self) {
        let postmaster = self.postmaster().expect("a running server");
        signal("QUIT", &[postmaster]);
        until("PostgreSQL is gone", PATIENCE, || async {
            !Path::new(&format!("/proc/{postmaster}/fd/0")).exists()
        })
        .await;
    }

    /// Stops all processes of the server where they stand: connections stay open, nobody answers.
    pub fn freeze(&self) {
        signal("STOP", &self.processes());
    }

    /// Lets the processes go on.
    pub fn thaw(&self) {
        signal("CONT", &self.processes());
    }

    /// A standby of this cluster, from now on the one that every commit waits for.
    pub async fn standby(&self) -> Self {
        let standby = Self::named();
        let copied = as_owner("pg_basebackup")
            .args(["--wal-method=stream", "--checkpoint=fast", "--no-sync"])
            .arg("--write-recovery-conf")
            .arg(format!("--pgdata={}", standby.data()))
            .arg(format!(
                "--dbname=postgres://vestibule@127.0.0.1:{}/postgres?application_name=standby",
                self.port
            ))
            .output()
            .unwrap();
        assert!(copied.status.success(), "{copied:?}");
        standby.go().await;
        self.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
            .await;
        self.sql("SELECT pg_reload_conf()").await;
        until("the standby is synchronous", PATIENCE, || async {
            let mut connection = self.connect().await.expect("a connection");
            sqlx::query_scalar("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
                .fetch_one(&mut connection)
                .await
                .unwrap()
        })
        .await;
        standby
    }

    /// Makes a standby the one that takes writes.
    pub async fn promote(&self) {
        self.sql("ALTER SYSTEM RESET synchronous_standby_names").await;
        self.sql("SELECT pg_promote()").await;
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(postmaster) = self.postmaster() {
            let running = self.processes();
            signal("CONT", &running);
            signal("QUIT", &[postmaster]);
            let server = format!("/proc/{postmaster}/fd/0");
            while Path::new(&server).exists() {
                std::thread::yield_now();
            }
        }
        // What is left over lies in a folder for what may be lost.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Sends a signal; who has ended meanwhile doesn't mind.
fn signal(name: &str, processes: &[u32]) {
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .args(processes.iter().map(ToString::to_string))
        .stderr(Stdio::null())
        .status()
        .unwrap();
}

/// A program of PostgreSQL, as a user that PostgreSQL agrees to run as: it refuses root.
fn as_owner(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    if let Some((user, group)) = owner() {
        command.uid(user).gid(group);
    }
    command
}

/// User and group to run as, when this is root: those of `postgres`, or else of `nobody`.
fn owner() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
}
