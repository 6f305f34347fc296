// The simulated Clio, as tests use it.
import { expect, type Page } from "@playwright/test";

import { freePort, Program } from "./programs.ts";

/** Somebody with a Clio login. */
export interface Person {
  subject: string;
  email: string;
  first_name: string;
  last_name: string;
  password: string;
}

/** A mail that arrived. */
export interface Mail {
  subject: string;
  text: string;
}

export class Clio {
  static readonly key = "browser-tests";
  static readonly secret = "a secret of the browser tests";
  private people = 0;

  private constructor(
    readonly url: string,
    readonly smtpPort: number,
    private readonly program: Program,
  ) {}

  static readonly firm = "20001";

  static async start(label: string, site: string): Promise<Clio> {
    const [port, smtpPort] = [await freePort(), await freePort()];
    // Another host than the server's, so that the browser sees two sites.
    const url = `http://127.0.0.1:${port}`;
    const args = [
      `--listen=127.0.0.1:${port}`,
      `--smtp=127.0.0.1:${smtpPort}`,
      `--client-id=${Clio.key}`,
      `--client-secret=${Clio.secret}`,
      `--redirect-uri=${site}/auth/clio/callback`,
      `--manage-client-id=${Clio.key}`,
      `--manage-client-secret=${Clio.secret}`,
      `--manage-redirect-uri=${site}/auth/clio-manage/callback`,
    ];
    const program = await Program.start("simulated-clio", `${label}-clio`, args, {}, `${url}/healthz`);
    return new Clio(url, smtpPort, program);
  }

  async stop() {
    await this.program.stop();
  }

  /** Somebody whom nobody has seen before. */
  async newPerson(overrides: Partial<Person> = {}): Promise<Person> {
    this.people += 1;
    const person = {
      subject: `person-${this.people}`,
      email: `person-${this.people}@harbourlane.test`,
      first_name: "Noor",
      last_name: "van Dijk",
      password: "paper ink and brass",
      ...overrides,
    };
    await this.post("/simulation/people", person);
    return person;
  }

  /** Lets a person have a user at Clio Manage in the United States, in the demo's firm. */
  async hire(person: Person, firm = Clio.firm) {
    const { email, first_name, last_name } = person;
    await this.post("/simulation/manage/people", { region: "us", firm, email, first_name, last_name });
  }

  /** Decides on Clio Manage's own page, which the browser has reached; who is signed in at Clio is proposed. */
  async decide(page: Page, decision: "Approve" | "Decline", email?: string) {
    await expect(page.getByRole("heading", { name: "Approve access to Clio Manage" })).toBeVisible();
    if (email) {
      await page.getByLabel(email).check();
    }
    await page.getByRole("button", { name: decision }).click();
  }

  /** Turns one of the switches, whose forms the page /simulation shows. */
  async post(path: string, fields: Record<string, string>) {
    const answer = await fetch(`${this.url}${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
    expect(answer.status, `${path} of the simulated Clio`).toBe(303);
  }

  /** Goes through Clio's own pages, which the browser has reached. Clio remembers who signed in. */
  async signIn(page: Page, person: Person, decision: "Allow" | "Deny" = "Allow") {
    const email = page.getByLabel("Email");
    const decide = page.getByRole("button", { name: decision });
    await expect(email.or(decide)).toBeVisible();
    if (await email.isVisible()) {
      await email.fill(person.email);
      await page.getByRole("button", { name: "Next: Password" }).click();
      await page.getByLabel("Password").fill(person.password);
      await page.getByRole("button", { name: "Sign In" }).click();
    }
    await decide.click();
  }

  /** The newest mail to somebody with such a subject, once one has arrived. */
  async mail(to: string, subject: RegExp): Promise<Mail> {
    let mails: Mail[] = [];
    await expect(async () => {
      const answer = await fetch(`${this.url}/mailbox.json?to=${encodeURIComponent(to)}`);
      mails = ((await answer.json()) as Mail[]).filter((mail) => subject.test(mail.subject));
      expect(mails, `mail to ${to} about ${subject}`).not.toHaveLength(0);
    }).toPass({ timeout: 10_000 });
    return mails[0];
  }

  /** The six digits in the newest mail to somebody with such a subject. */
  async code(to: string, subject: RegExp): Promise<string> {
    const { text } = await this.mail(to, subject);
    const [code] = text.match(/\b\d{6}\b/) ?? [];
    expect(code, `a code in ${text}`).toBeDefined();
    return code ?? "";
  }
}
