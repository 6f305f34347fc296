import { accountOf, PASSWORD } from "./support/accounts.ts";
import { expect, expectAccessible, test } from "./support/test.ts";

test("somebody signs in with the account's own password", async ({ page, site, person }) => {
  await accountOf(site, person);
  await page.goto("/sign-in");
  await page.getByText("Sign in without Clio").click();
  await expectAccessible(page);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill("a guess at it");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("don’t belong together").last()).toBeInViewport();
  for (const field of [page.getByLabel("E-mail"), page.getByLabel("Password")]) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(/don’t belong together/);
  }
  await expect(page).toHaveTitle(/^Problem: /);
  await expectAccessible(page);

  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
});

test("somebody without a password has a code mailed, and types it in the same browser", async ({
  page,
  site,
  person,
}) => {
  await accountOf(site, person);
  await page.goto("/sign-in");
  await page.getByText("Sign in without Clio").click();
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByRole("button", { name: /Mail me a code/ }).click();
  await expect(page).toHaveURL("/sign-in/code");
  await expect(page.getByText(person.email)).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Code from the mail").fill(await site.clio.code(person.email, /Signing in/));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
});

test("nobody learns from a code that was asked for whether an account has the address", async ({ page, person }) => {
  await page.goto("/sign-in");
  await page.getByText("Sign in without Clio").click();
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByRole("button", { name: /Mail me a code/ }).click();
  await expect(page).toHaveURL("/sign-in/code");
  await expect(page.getByText("If an account here has")).toBeVisible();
});

test("an invited person takes the account with a Clio login of their own", async ({ page, site, person }) => {
  const said = await site.vestibule("accounts", "invite", person.email, "--name", "Ines Albrecht");
  const [link] = said.match(/http\S+\/claim\?token=\S+/) ?? [];
  await page.goto(link ?? "");
  await expectAccessible(page);
  await page.getByRole("link", { name: /Sign in with Clio/ }).click();
  await site.clio.signIn(page, person);
  await expect(page).toHaveURL("/welcome");
  await expect(page.getByLabel("First name")).toHaveValue("Ines");
});
