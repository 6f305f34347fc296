// What the tests of the administrators' desk start from: the firm of the demo, with colleagues enough
// for several pages of links, and with what waits for a decision.
import { expect, type Locator, type Page } from "@playwright/test";

import type { Person } from "./clio.ts";
import { type Site, signIn, test as base } from "./test.ts";

export { expect, expectAccessible, type Site, signIn } from "./test.ts";

/** E-mails of the firm's people who are at the desk. */
export const OWNER = "d.whitlock@harbourlane.test";
export const REVIEWER = "meera.raghunathan@harbourlane.test";

export const test = base.extend<object, { seeds: string[] }>({
  seeds: [["firm.sql", "desk.sql", "crowd.sql"], { option: true, scope: "worker" }],
});

/** Signs one of the firm's people in, who comes out at a page of the desk. */
export async function atTheDesk(page: Page, site: Site, email: string, path: string) {
  const [row] = await site.database.rows(
    `SELECT subject, accounts.first_name, accounts.last_name
     FROM identities JOIN accounts ON accounts.id = account_id
     WHERE accounts.email = :'email'`,
    { email },
  );
  const [subject, first_name, last_name] = row.split("|");
  const person = await site.clio.newPerson({ subject, email, first_name, last_name });
  await signIn(page, site, person, path);
  await expect(page).toHaveURL(path);
}

/** Somebody with an account, linked with a Clio login; not yet used by another test. */
export async function colleague(
  site: Site,
  names: Pick<Person, "first_name" | "last_name">,
  status: "active" | "pending" = "active",
): Promise<{ email: string; name: string }> {
  const unique = crypto.randomUUID().slice(0, 8);
  const email = `colleague-${unique}@harbourlane.test`;
  await site.database.rows(
    `WITH account AS (
       INSERT INTO accounts (email, email_verified_at, first_name, last_name, status, welcomed_at)
       VALUES (
         :'email',
         CASE WHEN :'status' = 'active' THEN now() END,
         :'first_name',
         :'last_name',
         :'status',
         CASE WHEN :'status' = 'active' THEN now() END
       )
       RETURNING id
     )
     INSERT INTO identities (account_id, issuer, subject, email, first_name, last_name)
     SELECT id, :'issuer', :'subject', :'email', :'first_name', :'last_name' FROM account`,
    { ...names, email, status, subject: `colleague-${unique}`, issuer: `${site.clio.url}/` },
  );
  return { email, name: `${names.first_name} ${names.last_name}` };
}

/** The row or item of the page that has some text. */
export function row(page: Page, text: string | RegExp): Locator {
  return page.locator("tbody tr, [data-row]").filter({ hasText: text });
}

/** Waits until work behind the requests is over; looks again where no script does. */
export async function settled(page: Page) {
  const underWay = page.getByRole("progressbar").or(page.locator("[data-under-way]"));
  await expect(async () => {
    if (await underWay.count()) {
      await page.reload();
    }
    await expect(underWay).toHaveCount(0, { timeout: 100 });
  }).toPass({ timeout: 20_000 });
}
