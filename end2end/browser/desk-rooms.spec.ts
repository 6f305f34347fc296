import { readFile } from "node:fs/promises";

import { atTheDesk, colleague, expect, expectAccessible, OWNER, REVIEWER, row, settled, test } from "./support/desk.ts";

/** Pages of the desk with two rows or more. */
const ROOMS_WITH_ROWS = [
  "/admin/links",
  "/admin/queue",
  "/admin/invitations",
  "/admin/dormancy?days=30&first=14&second=&third=",
  "/admin/audit",
];

// Many pages, each held to accessibility twice, on a machine that may do more besides.
test.describe.configure({ timeout: 180_000 });

test("an owner decides what waits: one approved, one declined, several at once", async ({ page, site }) => {
  const people = [];
  for (const first_name of ["Abe", "Bea", "Cal", "Dot"]) {
    people.push(await colleague(site, { first_name, last_name: "Lanternlight" }, "pending"));
  }
  const [approved, declined, ...several] = people;
  await atTheDesk(page, site, OWNER, "/admin/queue");
  await expect(page.getByRole("heading", { name: /has a new e-mail at Clio/ })).toBeVisible();
  await expectAccessible(page);

  await row(page, approved.name).getByRole("link", { name: /^Approve/ }).click();
  await expect(page.getByRole("heading", { name: "Approve this?" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page).toHaveURL(/\/admin\/queue\?done=approved/);
  await expect(row(page, approved.name)).toHaveCount(0);

  await row(page, declined.name).getByRole("link", { name: /^Decline/ }).click();
  await page.getByLabel("Why?").fill("Nobody here knows them.");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page).toHaveURL(/\/admin\/queue\?done=declined/);
  await expectAccessible(page);

  await page.goto("/admin/queue?kind=accounts");
  for (const { name } of several) {
    await row(page, name).getByRole("checkbox").check();
  }
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByRole("heading", { name: "Approve 2 of 2?" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Approved: 2 of 2")).toBeVisible();
  await expectAccessible(page);
  const states = await site.database.rows(
    "SELECT first_name, status FROM accounts WHERE last_name = 'Lanternlight' ORDER BY first_name",
  );
  expect(states).toEqual(["Abe|active", "Bea|deleted", "Cal|active", "Dot|active"]);

  await page.goto("/admin/queue?kind=mailbox");
  await expect(page.getByRole("link", { name: "See all that waits" })).toBeVisible();
  await expectAccessible(page);
});

test("an owner invites somebody, and takes it back and puts it in place again", async ({ page, site }) => {
  const email = `guest-${crypto.randomUUID().slice(0, 8)}@harbourlane.test`;
  await atTheDesk(page, site, OWNER, "/admin/invitations");
  await expectAccessible(page);
  await page.getByText("Invite somebody").click();
  await page.getByLabel("E-mail", { exact: true }).fill(email);
  await page.getByLabel("First name").fill("Pia");
  await page.getByLabel("Last name").fill("Lindgren");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByText("The invitation is on its way.")).toBeVisible();
  await expect(page).toHaveTitle(/^The invitation is on its way/);
  await expectAccessible(page);
  await site.clio.mail(email, /prepared for you/);

  // Nobody gets a second letter within a minute.
  await site.database.rows("UPDATE invitations SET sent_at = sent_at - interval '2 minutes'");
  await row(page, email).getByRole("button", { name: /^Send again/ }).click();
  await expect(page.getByText("A new link is on its way")).toBeVisible();
  await row(page, email).locator("summary").click();
  await expectAccessible(page);
  await row(page, email).getByRole("button", { name: /^Withdraw the invitation/ }).click();
  await expect(page.getByText("The invitation is withdrawn")).toBeVisible();
  await row(page, email).getByRole("button", { name: /^Undo/ }).click();
  await expect(page.getByText("The invitation stands again")).toBeVisible();

  await row(page, email).getByRole("link", { name: "Pia Lindgren" }).click();
  await expect(page.getByText("The older one opens nothing from then on.")).toBeVisible();
  await expectAccessible(page);
  await site.database.rows("UPDATE invitations SET sent_at = sent_at - interval '2 minutes'");
  await page.getByRole("button", { name: "Send it again" }).click();
  await expect(page).toHaveURL(/\/admin\/invitations\?done=resent/);

  await page.goto("/admin/invitations?q=nobody-has-this-name");
  await expect(page.getByText("No invitation is like that.")).toBeVisible();
  await expectAccessible(page);
});

test("a list of people is looked through row by row before anybody is invited", async ({ page, site }) => {
  const domain = `${crypto.randomUUID().slice(0, 8)}.test`;
  await atTheDesk(page, site, OWNER, "/admin/invitations/import");
  await expectAccessible(page);
  await page.getByLabel("The list").fill(
    [
      "email,first name,last name",
      `ines@${domain},Inés,Duarte`,
      `not an e-mail,Karl,Weiß`,
      `INES@${domain},Ines,Duarte`,
      `tom@${domain},Tom,O’Hara`,
      `${OWNER},Dana,Whitlock`,
    ].join("\n"),
  );
  await page.getByRole("button", { name: "Check the list" }).click();
  await expect(page.getByText("Nobody is invited yet. The list would invite 2 people.")).toBeVisible();
  await expect(row(page, "This isn’t a complete e-mail address.")).toContainText("3");
  await expectAccessible(page);
  await page.getByRole("link", { name: "5 rows" }).click();
  await expect(row(page, "the same e-mail stands in an earlier line, line 2")).toBeVisible();
  await expect(row(page, OWNER)).toContainText("has an account");
  await expectAccessible(page);

  await page.getByRole("button", { name: "Invite 2 people" }).click();
  await settled(page);
  await expect(page.getByText("2 people invited.")).toBeVisible();
  await expectAccessible(page);
  await site.clio.mail(`tom@${domain}`, /prepared for you/);
  await page.goto(`/admin/invitations?q=${domain}`);
  await expect(row(page, domain)).toHaveCount(2);
});

test("an owner compares two accounts of one person, merges them, and undoes it", async ({ page, site }) => {
  await atTheDesk(page, site, OWNER, "/admin/duplicates");
  // They are looked for behind the requests.
  const compare = page.getByRole("link", { name: "Compare Ana Petrović and Ana Petrović" });
  await expect(async () => {
    await page.reload();
    await expect(compare).toBeVisible({ timeout: 100 });
  }).toPass({ timeout: 20_000 });
  await expectAccessible(page);

  await compare.click();
  await expect(page.getByRole("heading", { name: "Are these one person’s?" })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("E-mail: ana.petrovic@harbourlane.test").check();
  await page.getByRole("button", { name: "Merge these accounts" }).click();
  await expect(page.getByText("The two accounts are one now")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: /^Undo the merge/ }).click();
  await expect(page.getByText("The merge is undone")).toBeVisible();
  await expectAccessible(page);
});

test("an owner sees whom a rule about unused accounts would concern, and nothing changes", async ({ page, site }) => {
  const rule = () => site.database.rows("SELECT * FROM dormancy_policies");
  const before = await rule();
  await atTheDesk(page, site, OWNER, "/admin/dormancy");
  await expectAccessible(page);
  await page.getByLabel("Close after, in days").fill("90");
  await page.getByLabel("First reminder").fill("14");
  await page.getByRole("button", { name: "See whom it would concern" }).click();
  await expect(page.getByRole("heading", { name: "Whom 90 days would concern" })).toBeVisible();
  await expect(row(page, "Ingrid Solheim")).toBeVisible();
  await expectAccessible(page);
  expect(await rule()).toEqual(before);

  await row(page, "Ingrid Solheim").getByRole("link", { name: /^Exempt/ }).click();
  await expect(page.getByRole("heading", { name: "Exempt an account" })).toBeVisible();
  await expectAccessible(page);
});

test("an owner finds in the record what somebody did, and saves it", async ({ page, site }) => {
  await atTheDesk(page, site, OWNER, "/admin/audit");
  await expectAccessible(page);
  // Narrow, the filter is folded away.
  const filter = page.getByText("Narrow down");
  if (await filter.isVisible()) {
    await filter.click();
  }
  await page.getByLabel("Person").fill(OWNER);
  await page.getByLabel("What", { exact: true }).selectOption("Signed in with Clio");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.locator("[data-row]").first()).toContainText("Signed in with Clio");
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "JSON lines" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  expect(lines[0]).toContain("session.opened");

  await page.goto("/admin/audit?person=nobody@harbourlane.test");
  await expect(page.getByText("No account has this e-mail.")).toBeVisible();
  await expectAccessible(page);
});

test("a reviewer sees and attests, and finds nothing that changes anything", async ({ page, site }) => {
  const { email, name } = await colleague(site, { first_name: "Ruth", last_name: "Sandbank" });
  await atTheDesk(page, site, REVIEWER, "/admin/links?q=sandbank");
  await expect(page.getByLabel("Preview").getByRole("option")).toHaveText(["Mark as reviewed"]);
  await row(page, email).getByRole("link", { name }).click();
  await expect(page.getByRole("link", { name: "Unlink" })).toHaveCount(0);
  await page.getByRole("button", { name: "Mark as reviewed" }).click();
  await expect(page.getByText(/^Found right/)).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name, exact: true }).click();
  const account = new URL(page.url()).pathname;
  for (const act of ["Suspend", "Change role", "End sessions"]) {
    await expect(page.getByRole("link", { name: act, exact: true })).toHaveCount(0);
  }
  const suspending = await page.request.get(`${account}/suspend`);
  expect(suspending.status()).toBe(403);

  await page.goto("/admin/queue");
  await expect(page.locator("[data-row]").first()).toBeVisible();
  await expect(page.getByRole("link", { name: /^(Approve|Decline)/ })).toHaveCount(0);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await expectAccessible(page);
  await page.goto("/admin/invitations");
  await expect(page.getByText("Invite somebody")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Invite many" })).toHaveCount(0);
  await page.goto("/admin/dormancy");
  await expect(page.getByText("Administrators and owners decide about the rule.")).toBeVisible();
  await expectAccessible(page);
});

test("keys lead through a table where script runs", async ({ page, site, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, "a comfort of script");
  await atTheDesk(page, site, OWNER, "/admin/links");
  for (const room of ROOMS_WITH_ROWS) {
    await page.goto(room);
    await expect(page.locator(".keys:not([hidden])")).toHaveCount(1);
    const rows = page.locator("[data-row]");
    await page.keyboard.press("j");
    await expect(rows.nth(0).getByRole("link").first()).toBeFocused();
    await page.keyboard.press("j");
    await expect(rows.nth(1).getByRole("link").first()).toBeFocused();
    await page.keyboard.press("k");
    await expect(rows.nth(0).getByRole("link").first()).toBeFocused();
    const tick = rows.nth(0).getByRole("checkbox");
    if (await tick.count()) {
      await page.keyboard.press("x");
      await expect(tick).toBeChecked();
    }
    const search = page.locator("[data-search]");
    if (await search.isVisible()) {
      await page.keyboard.press("/");
      await expect(search).toBeFocused();
    }
  }
});
