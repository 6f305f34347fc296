import { Clio } from "./support/clio.ts";
import { expect, expectAccessible, signIn, test } from "./support/test.ts";

test.use({ settings: { ADMISSION: "firm", ADMISSION_FIRMS: `us:${Clio.firm}` } });

test("a member of the firm is in once Clio Manage says so", async ({ page, site, person }) => {
  await site.clio.hire(person);
  await signIn(page, site, person);
  await expect(page.getByRole("heading", { name: "Show that you belong to the firm" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: /United States/ }).click();
  await site.clio.decide(page, "Approve");
  await expect(page).toHaveURL("/welcome");
});

test("somebody else's approval lets nobody in, and an administrator can be asked", async ({ page, site, person }) => {
  await signIn(page, site, person);
  await page.getByRole("link", { name: /United States/ }).click();
  await site.clio.decide(page, "Approve", "d.whitlock@harbourlane.test");
  await expect(page).toHaveURL(/^[^?]*\/pending$/);
  await expect(page.getByRole("heading", { name: "Waiting for approval" })).toBeVisible();
  await expect(page.getByText("Dana Whitlock approved, whose e-mail there is")).toBeVisible();
  await expectAccessible(page);
});

test("whoever has no login at Clio Manage asks an administrator", async ({ page, site, person }) => {
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Ask an administrator" }).click();
  await expect(page.getByRole("heading", { name: "Waiting for approval" })).toBeVisible();
  await expectAccessible(page);
});
