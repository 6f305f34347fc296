//! What the operator does beside the site: commands of the program, and backups with PostgreSQL's own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::task::spawn_blocking;
use vestibule::db::pool;

use super::site::Site;

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails unless the command ended with this code.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

async fn done(mut command: Command) -> Said {
    let output = spawn_blocking(move || command.stdin(Stdio::null()).output());
    Said::of(output.await.unwrap().unwrap())
}

impl Site {
    /// Runs the program with the settings of the site.
    pub async fn operate(&self, arguments: &[&str]) -> Said {
        self.operate_with(("LOG_LEVEL", "error"), arguments).await
    }

    /// The same with another setting.
    pub async fn operate_with(&self, (name, value): (&str, &str), arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        command
            .env_clear()
            .envs(&self.variables)
            .env(name, value)
            .args(arguments);
        done(command).await
    }

    fn database(&self) -> PgConnectOptions {
        (*self.pool.connect_options()).clone()
    }

    /// The URL as PostgreSQL's own programs read it.
    fn database_url(&self) -> String {
        let mut url = self.database().to_url_lossy();
        url.set_query(None);
        url.into()
    }

    /// A file of the operator's, gone with what is returned.
    pub fn file(&self, name: &str) -> OperatorsFile {
        let database = self.database();
        let name = format!("{}-{name}", database.get_database().unwrap());
        OperatorsFile(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    /// Writes the record out, as `vestibule audit export > FILE` does.
    pub async fn export(&self, name: &str) -> OperatorsFile {
        let file = self.file(name);
        let said = self.operate(&["audit", "export"]).await.ended(0);
        file.write(&said.out);
        file
    }

    /// Backs the database up with `pg_dump`.
    pub async fn back_up(&self) -> OperatorsFile {
        let file = self.file("backup");
        let mut command = Command::new("pg_dump");
        command
            .args(["--format=custom", "--file", file.path(), "--dbname"])
            .arg(self.database_url());
        let said = done(command).await.ended(0);
        assert_eq!(said.err, "");
        file
    }

    /// Drops the database and puts a backup in its place, with `pg_restore`.
    pub async fn restore(&self, backup: &OperatorsFile) {
        let database = self.database();
        let name = database.get_database().unwrap();
        let mut server: PgConnection = database
            .clone()
            .database("postgres")
            .connect()
            .await
            .unwrap();
        for statement in [
            format!(r#"DROP DATABASE "{name}" WITH (FORCE)"#),
            format!(r#"CREATE DATABASE "{name}" TEMPLATE template0"#),
        ] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
                .execute(&mut server)
                .await
                .unwrap();
        }
        server.close().await.unwrap();
        let mut command = Command::new("pg_restore");
        command
            .args(["--exit-on-error", "--no-owner", "--dbname"])
            .arg(self.database_url())
            .arg(backup.path());
        let said = done(command).await.ended(0);
        assert_eq!(said.err, "");
        // The site's connections were cut off.
        pool::suspect();
    }
}

/// A file, gone with the test.
pub struct OperatorsFile(PathBuf);

impl OperatorsFile {
    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub fn text(&self) -> String {
        fs::read_to_string(&self.0).unwrap()
    }

    pub fn write(&self, text: &str) {
        fs::write(&self.0, text).unwrap();
    }
}

impl Drop for OperatorsFile {
    fn drop(&mut self) {
        // One that was never written isn't there.
        let _ = fs::remove_file(&self.0);
    }
}
