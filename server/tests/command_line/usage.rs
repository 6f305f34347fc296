//! What is typed wrong or asked for, and settings that are missing or wrong.

use crate::harness::{run, settings};

/// Every command there is, for what all of them have in common.
const COMMANDS: [&[&str]; 22] = [
    &[],
    &["serve"],
    &["migrate"],
    &["doctor"],
    &["admin"],
    &["admin", "grant"],
    &["admin", "revoke"],
    &["accounts"],
    &["accounts", "invite"],
    &["accounts", "list"],
    &["accounts", "approve"],
    &["accounts", "reject"],
    &["cases"],
    &["cases", "list"],
    &["cases", "approve"],
    &["cases", "decline"],
    &["audit"],
    &["audit", "verify"],
    &["audit", "head"],
    &["audit", "export"],
    &["sessions", "revoke"],
    &["restored"],
];

#[test]
fn help_is_given_everywhere_without_any_settings() {
    for command in COMMANDS {
        let arguments = [command, &["--help"]].concat();
        let run = run(&Vec::new(), &arguments).ended(0);
        assert!(
            run.out.contains("Usage: vestibule"),
            "{arguments:?}: {}",
            run.out
        );
        assert_eq!(run.err, "");
    }
}

#[test]
fn wrong_usage_ends_with_two_and_says_what_is_wrong() {
    let wrong: [&[&str]; 20] = [
        &["nonsense"],
        &["--nonsense"],
        &["serve", "now"],
        &["admin"],
        &["admin", "grant"],
        &["admin", "grant", "a@firm.test", "--role", "member"],
        &["admin", "grant", "a@firm.test", "--role"],
        &["accounts", "approve"],
        &["accounts", "invite"],
        &["accounts", "invite", "a@firm.test", "Dana"],
        &["cases"],
        &["cases", "approve"],
        &["cases", "decline", "AAAA-1111", "BBBB-2222"],
        &["accounts", "list", "--status", "asleep"],
        &["audit", "forge"],
        &["sessions", "revoke"],
        &["sessions", "revoke", "--account", "a@firm.test", "--all"],
        &["sessions", "revoke", "--account"],
        &["restored", "yesterday"],
        &["restored", "--replay"],
    ];
    for arguments in wrong {
        let run = run(&Vec::new(), arguments).ended(2);
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn without_settings_every_missing_one_is_named_at_once() {
    for command in ["serve", "doctor"] {
        let run = run(&Vec::new(), &[command]).ended(2);
        for name in [
            "DATABASE_URL",
            "PUBLIC_URL",
            "CLIO_IDENTITY_APP_KEY",
            "CLIO_IDENTITY_APP_SECRET",
            "SECRET_KEY",
        ] {
            assert!(
                run.err.contains(name),
                "{command} doesn't name {name}: {}",
                run.err
            );
        }
    }
    let run = run(&Vec::new(), &["migrate"]).ended(2);
    assert!(run.err.contains("DATABASE_URL"), "{}", run.err);
}

#[test]
fn wrong_settings_are_named_and_none_of_their_values_is_shown() {
    let settings = settings(&[
        ("DATABASE_URL", "mysql://root:hunter2@db.test/x"),
        ("PUBLIC_URL", "http://sign-in.firm.test/hunter2"),
        ("CLIO_IDENTITY_APP_KEY", "key"),
        ("CLIO_IDENTITY_APP_SECRET", "hunter2"),
        ("CLIO_IDENTITY_APP_SECRET_FILE", "/nowhere/hunter2"),
        (
            "CLIO_IDENTITY_TOKEN_URL",
            "http://user:hunter2@clio.test/token",
        ),
        ("SMTP_URL", "http://user:hunter2@mail.test"),
        ("SECRET_KEY", "hunter2"),
        ("ADMISSION", "hunter2"),
        ("SESSION_IDLE_MINUTES", "hunter2"),
        ("TRUSTED_PROXIES", "hunter2"),
        ("LISTEN_ADDR", "hunter2"),
    ]);
    for command in COMMANDS {
        let complete: &[&str] = match command {
            [.., "grant" | "revoke"] if command.first() == Some(&"admin") => &["a@firm.test"],
            ["accounts", "approve" | "reject" | "invite"] => &["a@firm.test"],
            ["cases", "approve" | "decline"] => &["AAAA-1111"],
            ["sessions", ..] => &["--all"],
            _ => &[],
        };
        let arguments = [command, complete].concat();
        let run = run(&settings, &arguments).ended(2);
        assert!(
            !run.all().contains("hunter2"),
            "{arguments:?}: {}",
            run.all()
        );
    }
    let run = run(&settings, &["serve"]).ended(2);
    for (name, _) in &settings {
        if name != "CLIO_IDENTITY_APP_KEY" {
            assert!(
                run.err.contains(name.as_str()),
                "{name} isn't named: {}",
                run.err
            );
        }
    }
}
