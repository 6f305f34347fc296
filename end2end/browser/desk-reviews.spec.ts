import { readFile } from "node:fs/promises";

import { atTheDesk, colleague, expect, expectAccessible, OWNER, REVIEWER, test } from "./support/desk.ts";

// Many pages, each held to accessibility twice, on a machine that may do more besides.
test.describe.configure({ timeout: 180_000 });

test("a review is begun, decided by somebody else, carried out, and closed with its evidence", async ({
  page,
  site,
}) => {
  const name = `Fernhollow${crypto.randomUUID().slice(0, 4)}`;
  const people = [];
  for (const first_name of ["Ida", "Jon", "Kim"]) {
    people.push(await colleague(site, { first_name, last_name: name }));
  }
  const [kept, revoked] = people;
  await atTheDesk(page, site, OWNER, "/admin/reviews");
  await expectAccessible(page);

  await page.goto(`/admin/links?q=${name}`);
  await page.getByRole("link", { name: "Review these" }).click();
  await expect(page.getByRole("heading", { name: "Begin a review" })).toBeVisible();
  await page.getByLabel("Name").fill(`${name}, this quarter`);
  const last = await page.getByLabel("Last day").getAttribute("max");
  await page.getByLabel("Last day").fill(last ?? "");
  await page.getByLabel(REVIEWER).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Begin the review" }).click();
  await expect(page).toHaveURL(/\/admin\/reviews\/[0-9a-f-]+\?done=begun/);
  const review = new URL(page.url()).pathname;
  // Its links are gathered behind the requests.
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("0 of 3 links decided").first()).toBeVisible({ timeout: 100 });
  }).toPass({ timeout: 20_000 });
  await expectAccessible(page);
  await site.clio.mail(REVIEWER, /A review at .* waits for you/);

  await page.context().clearCookies();
  await atTheDesk(page, site, REVIEWER, review);
  const about = (email: string) => page.getByRole("group", { name: email });
  await about(kept.email).getByLabel("Keep").check();
  await about(revoked.email).getByLabel("Disconnect").check();
  await about(revoked.email).getByLabel("Note").fill("Left in spring.");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save what you chose" }).click();
  await expect(page.getByText("What you chose is saved.")).toBeVisible();
  await page.getByRole("button", { name: "Save, and keep all others on this page" }).click();
  await expect(page.getByText("3 of 3 links decided").first()).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByRole("link", { name: /^(Disconnect|Close the review)/ })).toHaveCount(0);

  await page.context().clearCookies();
  await atTheDesk(page, site, OWNER, review);
  await page.getByRole("link", { name: /^Disconnect/ }).click();
  await expect(page.getByText("“Left in spring.”")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Disconnect/ }).click();
  await expect(page.getByText("The logins are disconnected")).toBeVisible();
  const connected = await site.database.rows(
    `SELECT accounts.first_name, identities.unlinked_at IS NULL
     FROM identities JOIN accounts ON accounts.id = account_id
     WHERE accounts.last_name = :'name'
     ORDER BY 1`,
    { name },
  );
  expect(connected).toEqual(["Ida|t", "Jon|f", "Kim|t"]);

  await page.getByRole("link", { name: "Close the review" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Close the review" }).click();
  await expect(page.getByText("The review is closed.")).toBeVisible();
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the evidence" }).click(),
  ]);
  const pack = await readFile(await download.path(), "utf8");
  expect(pack).toContain(revoked.email);
  expect(pack).toContain("Left in spring.");
});
