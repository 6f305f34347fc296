-- What a mail said is forgotten once it was sent or given up: codes and links in it open things.
UPDATE mail_outbox
SET body_text = '', body_html = NULL
WHERE sent_at IS NOT NULL
   OR dead_at IS NOT NULL;
