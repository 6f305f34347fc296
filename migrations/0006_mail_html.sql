-- The HTML form of a mail, beside its text. NULL for mails that an earlier release wrote.

ALTER TABLE mail_outbox
    ADD COLUMN body_html text;
