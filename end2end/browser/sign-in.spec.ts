import { expect, expectAccessible, signIn, test } from "./support/test.ts";

test("a newcomer signs in with Clio, mends the name and reaches the account", async ({ page, site, person }) => {
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { name: "Harbour & Lane" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "Sign in with Clio" }).click();
  await site.clio.signIn(page, person);
  await expect(page).toHaveURL("/welcome");
  await expect(page.getByLabel("First name")).toHaveValue(person.first_name);
  await expect(page.getByLabel("Last name")).toHaveValue(person.last_name);
  await expect(page.getByText(person.email)).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("First name").fill("Nora");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await expect(page).toHaveURL("/account");
  await expect(page.getByRole("heading", { name: `Nora ${person.last_name}` })).toBeVisible();
  await expectAccessible(page);
});

test("somebody known signs in and goes on to where they were going", async ({ page, site, person }) => {
  await signIn(page, site, person);
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page).toHaveURL("/sign-in");

  await signIn(page, site, person, "/account?from=elsewhere");
  await expect(page).toHaveURL("/account?from=elsewhere");
});

test("whoever signed out is asked to sign in again", async ({ page, site, person }) => {
  await signIn(page, site, person);
  await expect(page).toHaveURL("/welcome");
  await page.getByRole("button", { name: "Sign out" }).first().click();

  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole("link", { name: "Sign in with Clio" })).toBeVisible();
});

test("whoever declines at Clio reads so and can start again", async ({ page, site, person }) => {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Sign in with Clio" }).click();
  await site.clio.signIn(page, person, "Deny");
  await expect(page).toHaveURL(/\/sign-in\?problem=declined&ref=/);
  await expect(page.getByRole("link", { name: "Sign in with Clio" })).toBeVisible();
  await expectAccessible(page);
});
