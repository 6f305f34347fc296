// The pictures of the README, taken from a running demo: `make demo`, then `make pictures`.
//
// With a folder as argument it takes every page there instead, on a desk and on a phone, light and
// dark, for people to look at; ONLY=link takes those with "link" in their names, SCRIPT=off takes them
// as they are without JavaScript. VESTIBULE and CLIO name other addresses than the demo's.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";

const site = process.env.VESTIBULE ?? "http://localhost:3000";
const clio = process.env.CLIO ?? "http://localhost:3001";
const password = "paper ink and brass";
// The password of Ikram's account, which Clio doesn't know.
const ownPassword = "harbour bell lantern";

const desk = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

async function signIn(page, name) {
  await page.goto(`${site}/sign-in`);
  await page.getByRole("link", { name: "Sign in with Clio" }).click();
  await page.getByRole("button", { name }).click();
  await page.locator("input[type=password]").fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
  const allow = page.getByRole("button", { name: "Allow" });
  if (await allow.count()) await allow.click();
}

async function toAccount(page, name) {
  await signIn(page, name);
  const goOn = page.getByRole("button", { name: "Save and go on" });
  if (await goOn.count()) await goOn.click();
  await page.waitForURL("**/account");
}

// A page of somebody's own account.
async function ownPage(page, path) {
  await toAccount(page, /Dana Whitlock/);
  await page.goto(`${site}${path}`);
}

// The prompt to link, with the account proved by its password; it isn't linked.
async function proved(page) {
  await signIn(page, /Ikram/);
  await page.locator("input[type=password]").fill(ownPassword);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Link these accounts" }).waitFor();
}

// The links to "This wasn't me" in the mails about a login that was linked.
async function notMeLinks() {
  const mails = await (await fetch(`${clio}/mailbox.json`)).json();
  return mails
    .filter((mail) => /was linked to/.test(mail.subject))
    .map((mail) => mail.text.match(/http\S+\/not-me\?token=\S+/)[0]);
}

// Opens such a link that nobody has pressed the button of yet; links Ikram's login for it where there
// is none.
async function notMe(page) {
  const isOpen = async (link) => {
    await page.goto(link);
    return (await page.getByRole("button").count()) > 0;
  };
  for (const link of await notMeLinks()) if (await isOpen(link)) return;
  await proved(page);
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Link these accounts" }).click();
  await page.waitForURL("**/account*");
  for (;;) {
    for (const link of await notMeLinks()) if (await isOpen(link)) return;
  }
}

// A page of the administrators' desk.
async function deskPage(page, path) {
  await toAccount(page, /Dana Whitlock/);
  await page.goto(`${site}${path}`);
}

// A page about one person of the desk, reached by the name in the list of links.
async function linkOf(page, name) {
  await deskPage(page, "/admin/links");
  await page.getByRole("link", { name, exact: true }).first().click();
  await page.getByRole("heading", { name: `${name} and their Clio login` }).waitFor();
}

// A link that somebody has found right.
async function reviewed(page) {
  await linkOf(page, "Elif Yıldız");
  if (await page.getByText("Nobody has reviewed it yet.").count()) {
    await page.getByLabel("How you know, if you like").fill("Married in May; asked her at the front desk.");
    await page.getByRole("button", { name: "Mark as reviewed" }).click();
    await page.waitForURL("**done=reviewed");
  }
  await page.goto(page.url().split("?")[0]);
}

async function accountOf(page, name) {
  await linkOf(page, name);
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
}

// The question before an act.
async function actOn(page, name, act) {
  await accountOf(page, name);
  await page.getByRole("link", { name: act, exact: true }).click();
  await page.getByRole("heading", { name: "What will happen" }).waitFor();
}

// What a decision about several links would do; nobody says yes to it.
async function preview(page) {
  await deskPage(page, "/admin/links");
  for (const name of ["Grace Mbeki", "Léo Fontaine", "Dana Whitlock", "Yuki Tanabe"]) {
    await page.getByLabel(`Tick ${name}`).check();
  }
  await page.getByLabel("Preview").selectOption("Suspend accounts");
  await page.getByRole("button", { name: "The ticked" }).click();
  await page.waitForURL("**/admin/bulk/*");
  for (;;) {
    const ready = page.getByText("will be changed", { exact: false }).first();
    if (await ready.isVisible()) return;
    await page.reload();
  }
}

// What a list of people would do; nobody is invited.
async function dryRun(page) {
  await deskPage(page, "/admin/invitations/import");
  await page.getByLabel("The list").fill(
    [
      "email,first name,last name",
      "ines.duarte@harbourlane.test,Inés,Duarte",
      "karl.weiss,Karl,Weiß",
      "Ines.Duarte@harbourlane.test,Ines,Duarte",
      "d.whitlock@harbourlane.test,Dana,Whitlock",
    ].join("\n"),
  );
  await page.getByRole("button", { name: "Check the list" }).click();
  await page.getByRole("link", { name: "4 rows" }).click();
  await page.waitForURL(/show=all/);
}

// A form sent from a page of ours to where none of them sends one.
async function sendForm(page, action) {
  await page.goto(`${site}/sign-in`);
  await page.evaluate((action) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    document.body.append(form);
    form.submit();
  }, action);
  await page.waitForURL(`**${action}`);
}

// A form sent by another site.
async function sendForeignForm(page) {
  await page.goto("data:text/html,<title>elsewhere</title>");
  await page.evaluate((action) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    document.body.append(form);
    form.submit();
  }, `${site}/auth/sign-out`);
  await page.waitForURL("**/auth/sign-out");
}

// Nobody sees the welcome page twice.
const newcomers = [/Priya/, /Mei-Lin/, /Amara/];

// Somebody new, who shows at Clio Manage that they belong to the firm.
async function admitted(page, name) {
  await signIn(page, name);
  await page.getByRole("link", { name: /United States/ }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL("**/welcome");
}

// The roster, read at Clio Manage; what it finds waits.
async function roster(page) {
  await deskPage(page, "/admin/roster");
  const connect = page.getByRole("link", { name: /^Connect the firm/ });
  if (await connect.count()) {
    await connect.click();
    await page.getByRole("button", { name: "Approve" }).click();
  }
  await page.waitForURL("**/admin/roster*");
  await page.goto(`${site}/admin/roster`);
  for (;;) {
    if (await page.getByText("Up to date").isVisible()) return;
    await page.reload();
  }
}

const everyPage = {
  "sign-in": (page) => page.goto(`${site}/sign-in`),
  "sign-in-declined": (page) => page.goto(`${site}/sign-in?problem=declined&ref=7Q4K-92MX`),
  welcome: (page) => admitted(page, newcomers.shift()),
  account: (page) => toAccount(page, /Dana Whitlock/),
  "sign-in-signed-in": async (page) => {
    await toAccount(page, /Dana Whitlock/);
    await page.goto(`${site}/sign-in`);
  },
  pending: (page) => signIn(page, /Aoife/),
  "pending-membership": (page) => signIn(page, /Lena/),
  roster,
  "roster-people": (page) => ownPage(page, "/admin/roster/people"),
  link: (page) => signIn(page, /Ikram/),
  "link-wrong-password": async (page) => {
    await signIn(page, /Ikram/);
    await page.locator("input[type=password]").fill("not this one");
    await page.keyboard.press("Enter");
    await page.locator(":is(.note, .field-problem, .in-place-words):visible").first().waitFor();
  },
  "link-proved": proved,
  "link-code": async (page) => {
    await signIn(page, /Ikram/);
    const send = page.getByRole("button", { name: /Mail a code/ });
    if (await send.count()) await send.click();
    await page.waitForLoadState("networkidle");
  },
  "link-asked": async (page) => {
    await signIn(page, /Ikram/);
    const write = page.getByText("Write to an administrator");
    if (await write.count()) {
      await write.click();
      await page.getByRole("button", { name: "Ask an administrator" }).click();
    }
    await page.getByText(/An administrator looks at it/).waitFor();
  },
  "sign-in-local": async (page) => {
    await page.goto(`${site}/sign-in`);
    await page.getByText("Sign in without Clio").click();
  },
  "sign-in-local-wrong": (page) => page.goto(`${site}/sign-in?problem=not_matching`),
  "sign-in-code": async (page) => {
    await page.goto(`${site}/sign-in`);
    await page.getByText("Sign in without Clio").click();
    await page.getByLabel(/E-mail/).fill("somebody@harbourlane.test");
    await page.getByRole("button", { name: /Mail me a code/ }).click();
    await page.waitForURL(/sign-in/);
  },
  connections: (page) => ownPage(page, "/account/connections"),
  sessions: (page) => ownPage(page, "/account/sessions"),
  activity: (page) => ownPage(page, "/account/activity"),
  password: (page) => ownPage(page, "/account/password"),
  "desk-links": (page) => deskPage(page, "/admin/links"),
  "desk-filters": async (page) => {
    await deskPage(page, "/admin/links?proof=code&reviewed=no");
    await page.getByText("Filters and columns").click();
  },
  "desk-none": (page) => deskPage(page, "/admin/links?q=nobody-has-this-name"),
  "desk-link": reviewed,
  "desk-account": (page) => accountOf(page, "Elif Yıldız"),
  "desk-suspend": (page) => actOn(page, "Elif Yıldız", "Suspend"),
  "desk-role": (page) => actOn(page, "Elif Yıldız", "Change role"),
  "desk-queue": (page) => deskPage(page, "/admin/queue"),
  "desk-queue-approve": async (page) => {
    await deskPage(page, "/admin/queue");
    for (const box of (await page.locator(".queue-choose").all()).slice(0, 3)) await box.check();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.waitForURL("**/admin/queue/approve*");
  },
  "desk-preview": preview,
  "desk-many": (page) => deskPage(page, "/admin/bulk"),
  "desk-invitations": (page) => deskPage(page, "/admin/invitations"),
  "desk-import": (page) => deskPage(page, "/admin/invitations/import"),
  "desk-dry-run": dryRun,
  "desk-duplicates": (page) => deskPage(page, "/admin/duplicates"),
  "desk-compare": async (page) => {
    await deskPage(page, "/admin/duplicates");
    await page.getByRole("link", { name: /^Compare/ }).first().click();
    await page.getByRole("heading", { name: /one person/ }).waitFor();
  },
  "desk-dormancy": (page) => deskPage(page, "/admin/dormancy?days=90&first=14&second=3&third="),
  "desk-audit": (page) => deskPage(page, "/admin/audit"),
  confirm: (page) => ownPage(page, "/account/confirm?then=/account/connections"),
  "not-me": notMe,
  "not-me-done": async (page) => {
    await notMe(page);
    await page.getByRole("button").click();
    await page.waitForURL("**done=not_me");
  },
  suspended: (page) => signIn(page, /Jonas/),
  claim: (page) => page.goto(`${site}/claim?token=${"A".repeat(43)}`),
  missing: (page) => page.goto(`${site}/nothing-here`),
  "foreign-form": sendForeignForm,
  "wrong-method": (page) => sendForm(page, "/account"),
  "too-large": (page) => page.goto(`${site}/sign-in?return_to=/${"x".repeat(17_000)}`),
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--disable-background-networking",
    "--disable-quic",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ],
});

async function take(file, visit, options, fullPage = options.viewport === phone) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("console", (message) => console.log(`${file}: ${message.type()}: ${message.text()}`));
  try {
    await visit(page);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: file, fullPage });
  } catch (error) {
    console.log(`${file}: ${error.message}`);
    process.exitCode = 1;
  }
  await context.close();
}

const folder = process.argv[2];
if (folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, visit] of Object.entries(everyPage)) {
    if (process.env.ONLY && !name.match(process.env.ONLY)) continue;
    for (const [width, viewport] of Object.entries({ desk, phone })) {
      for (const colorScheme of ["light", "dark"]) {
        const file = join(folder, `${name}-${width}-${colorScheme}.png`);
        const javaScriptEnabled = process.env.SCRIPT !== "off";
        await take(file, visit, { viewport, colorScheme, javaScriptEnabled });
      }
    }
  }
} else {
  const here = new URL(".", import.meta.url).pathname;
  await take(join(here, "sign-in.png"), everyPage["sign-in"], { viewport: desk });
  await take(join(here, "link.png"), proved, { viewport: desk });
  for (const name of ["desk-links", "desk-link", "desk-preview"]) {
    await take(join(here, `${name}.png`), everyPage[name], { viewport: desk });
  }
  await take(join(here, "desk-roster.png"), roster, { viewport: desk });
  await take(join(here, "desk-queue.png"), everyPage["desk-queue"], { viewport: phone }, false);
}
await browser.close();
