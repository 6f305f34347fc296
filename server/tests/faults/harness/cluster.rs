//! PostgreSQL clusters.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};

use super::waiting::{free_address, until};

/// How long a cluster may take to start, to stop, or to catch up.
const PATIENCE: Duration = Duration::from_mins(1);

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A PostgreSQL cluster on a port of its own. Gone when dropped.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    server: Mutex<Option<Child>>,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub async fn start() -> Self {
        let cluster = Self::named();
        let data = cluster.data();
        let made = as_owner("initdb")
            .args(["--auth=trust", "--username=vestibule", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8"])
            .arg(format!("--pgdata={data}"))
            .output()
            .expect("initdb isn't on the PATH: end2end/scripts/postgres.sh run puts it there");
        assert!(made.status.success(), "{made:?}");
        let lines = [
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = ''",
            "max_connections = 100",
            // Programs are killed here, not machines: what was handed to the system stays there. That
            // a commit waits (`synchronous_commit`) is left as it is.
            "fsync = off",
        ];
        cluster.configure(&lines);
        cluster.go().await;
        cluster
    }

    fn named() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from("/var/tmp")
            .join(format!("vestibule-faults.{}.{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        if let Some((user, group)) = owner() {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
        }
        Self {
            folder,
            port: free_address().port(),
            server: Mutex::default(),
        }
    }

    fn data(&self) -> String {
        self.folder.join("data").to_str().unwrap().to_owned()
    }

    /// Writes the cluster's own settings.
    fn configure(&self, lines: &[&str]) {
        let file = Path::new(&self.data()).join("postgresql.auto.conf");
        fs::write(&file, lines.join("\n") + "\n").unwrap();
    }

    /// Starts the server and waits until it takes connections.
    pub async fn go(&self) {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        let server = as_owner("postgres")
            .args(["-D", &self.data(), "-p", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        *self.server.lock().unwrap() = Some(server);
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

    /// The server and all its processes.
    fn processes(&self) -> Vec<u32> {
        let server = self.server.lock().unwrap().as_ref().map(Child::id);
        let server = server.expect("a running server");
        let children =
            fs::read_to_string(format!("/proc/{server}/task/{server}/children")).unwrap();
        let mut all = vec![server];
        all.extend(
            children
                .split_whitespace()
                .map(|pid| pid.parse::<u32>().unwrap()),
        );
        all
    }

    /// Ends the server as a crash does: at once, with nothing tidied up.
    pub fn crash(&self) {
        if let Some(mut server) = self.server.lock().unwrap().take() {
            signal("QUIT", &[server.id()]);
            server.wait().unwrap();
        }
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
            sqlx::query_scalar(
                "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'",
            )
            .fetch_one(&mut connection)
            .await
            .unwrap()
        })
        .await;
        standby
    }

    /// Makes a standby the one that takes writes.
    pub async fn promote(&self) {
        self.sql("ALTER SYSTEM RESET synchronous_standby_names")
            .await;
        self.sql("SELECT pg_promote()").await;
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.server.lock().unwrap().is_some() {
            self.thaw();
            self.crash();
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
        String::from_utf8(output.stdout)
            .unwrap()
            .trim()
            .parse()
            .ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
}
