/**
 * A treasurer closes a month in a real house, in a real Chromium with JavaScript off: the statement, the queue to zero,
 * the close with two other treasurers, the paper. Every page on the way: light and dark, wide and narrow, axe clean.
 * `TANDEM_SHOTS=folder` keeps a picture of each.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { money } from "../../src/cli/money.ts";
import { MatrixId } from "../../src/core/terms.ts";
import {
  bankNumber,
  bankTable,
  collectiveTransactions,
  fund,
  saidAgain,
  stripeObjects,
} from "../../src/demo/two-months.ts";
import { openStage, type Stage } from "../house/stage.ts";
import { freePort } from "../real/docker/index.ts";
import { axeFinds, useChromium } from "./chromium.ts";

const browser = await useChromium();
const people = ["dana", "tess", "tom"] as const;
type Treasurer = (typeof people)[number];
const idOf = (name: Treasurer): MatrixId => MatrixId.parse(`@${name}:demo`);
const shots = process.env["TANDEM_SHOTS"];
const variants = (["light", "dark"] as const).flatMap((colorScheme) =>
  [1000, 360].map((width) => ({ colorScheme, width })),
);

describe.skipIf(browser === undefined)("a treasurer closes September", () => {
  if (browser === undefined) return;
  let stage: Stage;
  let url: string;
  let dana: Page;
  let tess: Page;
  let checker: Page;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    stage = await openStage({
      settings: {
        coop: { name: "Three Rivers Co-op" },
        web: { listen: `127.0.0.1:${port}`, publicUrl: url },
        books: {
          accounts: {
            gls: { number: bankNumber, currency: "EUR", mapping: "gls" },
            reserve: { number: "DE75430609679876543210", currency: "EUR", mapping: "gls" },
          },
        },
      },
    });
    for (const name of people) {
      stage.house.people.add("config", {
        name: name as never,
        matrixId: idOf(name),
        displayName: shown(name),
      });
      stage.house.people.grant("config", name as never, "treasurer");
    }
    await takeIn("stripe", stripeObjects());
    await takeIn("opencollective", collectiveTransactions(), ["--account", fund]);
    dana = await signIn("dana");
    checker = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await stage.stop();
  });

  const shown = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

  /** As on the server's command line. */
  async function takeIn(what: string, content: unknown, more: string[] = []): Promise<void> {
    const file = path.join(stage.folder, `${what}.json`);
    writeFileSync(file, JSON.stringify(content));
    const { config } = stage;
    const parts = { config, as: "dana", json: false, out: process.stderr };
    expect(await money(["money", "import", what, "--from", file, ...more], parts)).toBe(0);
  }

  /** By the link that the bot sends to her alone. */
  async function signIn(name: Treasurer): Promise<Page> {
    const said = await stage.say(idOf(name), "!tandem web");
    const [link] = /http\S+sign-in\S+/.exec(said.join("\n")) ?? [];
    const context = await (browser as Browser).newContext({ javaScriptEnabled: false, locale: "en-GB" });
    // A busy machine takes its time.
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    await page.goto(link ?? "");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await heading(page)).toBe(`Hello ${shown(name)}`);
    return page;
  }

  const heading = (page: Page): Promise<string> => page.getByRole("heading", { level: 1 }).innerText();
  const alert = (page: Page): Promise<string> => page.getByRole("alert").innerText();

  let pictures = 0;
  /**
   * The page as it stands, in each light and width. Axe is a script: it looks at the same page in a tab of its own, in
   * which scripts may run.
   */
  async function look(page: Page, name: string): Promise<void> {
    const content = await page.content();
    await checker.unroute("**/looked-at");
    await checker.route("**/looked-at", (route) =>
      route.fulfill({ contentType: "text/html", body: content }),
    );
    await checker.goto(`${url}/looked-at`);
    expect([name, await checker.evaluate("document.scripts.length")]).toEqual([name, 0]);
    const n = String(++pictures).padStart(2, "0");
    for (const { colorScheme, width } of variants) {
      await checker.emulateMedia({ colorScheme });
      await checker.setViewportSize({ width, height: 800 });
      if (shots !== undefined) {
        const file = path.join(shots, `${n}-${name}-${colorScheme}-${width}.png`);
        await checker.screenshot({ path: file, fullPage: true });
      }
      const wide = await checker.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect([name, width, Math.max(0, wide)]).toEqual([name, width, 0]);
      expect([name, colorScheme, width, await axeFinds(checker)]).toEqual([name, colorScheme, width, []]);
    }
  }

  const press = (page: Page, name: string): Promise<void> => page.getByRole("button", { name }).click();
  const open = (at: string): Promise<unknown> => dana.goto(url + at);
  const waiting = async (): Promise<string[]> => {
    await open("/books");
    return dana.locator("section[aria-labelledby=queue] tbody th a").allInnerTexts();
  };
  /** From the list of what waits to the page of one thing. */
  async function choose(name: string | RegExp): Promise<void> {
    await open("/books");
    await dana.getByRole("link", { name }).click();
  }
  const form = (head: string): Locator =>
    dana.locator("form", { has: dana.getByRole("heading", { name: head }) });
  async function decide(head: string, why: string, button: string): Promise<void> {
    await form(head).getByLabel("Why?").fill(why);
    await form(head).getByRole("button", { name: button }).click();
  }
  async function split(parts: [account: string, amount: string][]): Promise<void> {
    const it = form("Book it on one or several accounts");
    for (const [n, [account, amount]] of parts.entries()) {
      await it
        .getByLabel(/^Account/)
        .nth(n)
        .fill(account);
      await it.getByLabel(/^EUR/).nth(n).fill(amount);
    }
    await decide("Book it on one or several accounts", "as the bill says", "Split");
  }
  async function upload(name: string, content: string, account = "gls"): Promise<void> {
    await open("/books/statement");
    await dana.getByLabel("Account").selectOption(account);
    await dana
      .getByLabel("The file")
      .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
    await press(dana, "Take it into the books");
  }

  test("she comes in, and her books are empty", async () => {
    await look(dana, "home");
    await open("/books");
    await look(dana, "books-before");
    expect(await dana.getByRole("main").innerText()).toContain("Nothing was reconciled yet.");
  });

  test("a wrong file, and one of another account, are told in words; what was chosen stays", async () => {
    await open("/books/statement");
    await look(dana, "statement");
    await upload("september.pdf", "%PDF-1.7 …", "reserve");
    expect(await alert(dana)).toContain("none of the formats that are read here. It begins with: %PDF-1.7");
    expect(await dana.getByLabel("Account").inputValue()).toBe("reserve");
    await look(dana, "statement-wrong-file");
    await upload("september.csv", bankTable(), "reserve");
    expect(await alert(dana)).toContain("account that ends in 7890, and not of the one that ends in 3210");
    expect(await alert(dana)).toContain("Nothing of the file was taken; the books are as they were.");
    await look(dana, "statement-of-another-account");
  });

  test("the statement goes in, once, and what it came to waits in the queue", async () => {
    await upload("autumn.csv", bankTable());
    expect(await dana.getByRole("status").innerText()).toContain("13 new");
    await look(dana, "statement-taken");
    await upload("autumn.csv", bankTable());
    expect(await dana.getByRole("status").innerText()).toContain("taken before: there is nothing new in it");
    await press(dana, "Bring the books up to date");
    expect(dana.url()).toBe(`${url}/books`);
    expect(await waiting()).toEqual([
      "Rechenhof eG · Server September, bill 4711: server 38.50, domain 3.50 · Buchung",
      "Payout po_sep_2",
      "Foundation for Common Software · Grant for the commons · Buchung",
      "Stripe Payments Europe · Payout, delayed by the bank · Buchung",
      "GLS · Account, third quarter · Buchung",
      "Rechenhof eG · Server October, bill 4802: server 38.50, domain 3.50 · Buchung",
    ]);
    await look(dana, "books-queue");
  });

  test("a month with something in the queue is not closed; the page says why and keeps the month", async () => {
    await open("/books");
    expect(await dana.getByLabel("The month").inputValue()).toBe("2026-09");
    await press(dana, "Ask to close it");
    expect(await alert(dana)).toContain(
      "2026-09 does not come out even: 4 in the queue; not exact: assets:transit:stripe (longer than 7 days",
    );
    expect(await dana.getByLabel("The month").inputValue()).toBe("2026-09");
    await look(dana, "close-refused");
  });

  test("a bill is split, to the cent or not at all", async () => {
    await choose(/bill 4711/);
    await look(dana, "item-bill");
    await split([
      ["expenses:work:servers", "38,50"],
      ["expenses:work:domains", "3"],
    ]);
    expect(await alert(dana)).toContain("is EUR 42.00, and what it should be comes to EUR 41.50");
    const it = form("Book it on one or several accounts");
    expect(
      await it
        .getByLabel(/^Account/)
        .nth(1)
        .inputValue(),
    ).toBe("expenses:work:domains");
    expect(await it.getByLabel("Why?").inputValue()).toBe("as the bill says");
    await look(dana, "split-refused");
    await it.getByLabel(/^EUR/).nth(1).fill("3.50");
    await it.getByRole("button", { name: "Split" }).click();
    expect(await waiting()).toHaveLength(5);
  });

  test("a late payout is matched from the bank's line, to which its own page leads", async () => {
    await choose("Payout po_sep_2");
    await look(dana, "item-payout");
    expect(await dana.getByRole("button", { name: "Match" }).count()).toBe(0);
    await dana.getByRole("link", { name: /delayed by the bank/ }).click();
    await look(dana, "item-late-line");
    await dana.getByLabel("Payout po_sep_2").check();
    await decide("It belongs to", "Stripe says that the bank held it back", "Match");
    // Both sides are settled by it.
    expect(await waiting()).toHaveLength(3);
  });

  test("a grant above the limit waits for a second treasurer, and says so wherever it is seen", async () => {
    await choose(/Grant for the commons/);
    await split([["income:grants", "640"]]);
    expect(await dana.getByRole("main").innerText()).toContain("You asked for this, so others decide.");
    await look(dana, "second-voice-asked");
    expect(await waiting()).toHaveLength(3);
    expect(await dana.getByRole("main").innerText()).toContain("dana has decided about it");
    await look(dana, "books-asked");
    tess = await signIn("tess");
    await tess.getByRole("link", { name: /^split/ }).click();
    await look(tess, "second-voice");
    await press(tess, "Approve");
    await stage.rest();
    expect(await waiting()).toHaveLength(2);
    expect(await dana.getByRole("main").innerText()).toContain("dana, tess");
  });

  test("a fee is written off, taken back, and written off again; an alarm is ignored with its reason", async () => {
    await takeIn("stripe", saidAgain());
    await open("/books");
    await press(dana, "Bring the books up to date");
    const writeOff = async (): Promise<void> => {
      await choose(/third quarter/);
      await form("Write it off")
        .getByLabel("The account that bears all of it")
        .fill("expenses:fees:transfer");
      await decide("Write it off", "the fee of a quarter", "Write off");
    };
    await writeOff();
    await look(dana, "books-decided");
    await dana
      .getByRole("button", { name: /Take back/ })
      .first()
      .click();
    expect(await waiting()).toHaveLength(3);
    await writeOff();
    await choose(/bill 4802/);
    await split([["expenses:work:servers", "42"]]);
    await choose("txn_ch_oct_3");
    await look(dana, "item-alarm");
    await decide("Leave it as it is", "Stripe corrected its fee in November", "Ignore");
    expect(await waiting()).toEqual([]);
    expect(await dana.getByRole("main").innerText()).toContain("Every cent is accounted for.");
    await look(dana, "books-even");
  });

  test("she asks to close and cannot agree herself; two others type the month, one of them wrongly first", async () => {
    await press(dana, "Ask to close it");
    expect(await dana.getByRole("main").innerText()).toContain("You asked for this, so others decide.");
    await look(dana, "close-asked");
    expect(await dana.getByRole("button", { name: "Approve" }).count()).toBe(0);
    const question = dana.url();
    await tess.goto(question);
    await tess.getByLabel("Type 2026-09 to approve it").fill("2026-10");
    await press(tess, "Approve");
    expect(await alert(tess)).toContain("2026-10");
    expect(await tess.getByLabel("Type 2026-09 to approve it").inputValue()).toBe("2026-10");
    await look(tess, "close-mistyped");
    await tess.getByLabel("Type 2026-09 to approve it").fill("2026-09");
    await press(tess, "Approve");
    const tom = await signIn("tom");
    await tom.getByRole("link", { name: /^Close the books of 2026-09/ }).click();
    await look(tom, "close-question");
    await tom.getByLabel("Type 2026-09 to approve it").fill("2026-09");
    await press(tom, "Approve");
    await stage.rest();
    await tom.goto(question);
    await look(tom, "close-agreed");
  });

  test("the closed month: what it held, on the screen, on paper, and for programs", async () => {
    await open("/books");
    await look(dana, "books-closed");
    expect(await dana.getByLabel("The month").inputValue()).toBe("2026-10");
    await dana.getByRole("link", { name: "2026-09", exact: true }).click();
    expect(await heading(dana)).toBe("Books of 2026-09");
    await look(dana, "month");
    const month = await dana.getByRole("main").innerText();
    expect(month).toContain("agreed to by tess and tom");
    const { request } = dana.context();
    const csv = await (await request.get(`${dana.url()}.csv`)).text();
    const lines = csv.split("\r\n");
    expect(lines[0]).toBe("account,currency,opening_minor,moved_minor,closing_minor,opening,moved,closing");
    expect(lines).toContain("assets:bank:gls,EUR,0,82784,82784,0.00,827.84,827.84");
    expect(lines).toContain("assets:opencollective,EUR,0,3805,3805,0.00,38.05,38.05");
    expect(lines).toContain("income:grants,EUR,0,-64000,-64000,0.00,-640.00,-640.00");
    expect(await (await request.get(`${dana.url()}.json`)).json()).toMatchObject({
      month: "2026-09",
      closedBy: ["tess", "tom"],
    });
    expect(await (await request.get(`${dana.url()}/hledger`)).text()).toContain("expenses:work:servers");
  });

  test("on paper each treasurer who agreed has a line to sign, and nothing is cut off on A4", async () => {
    // 210 mm without the margins of 16 mm, at 96 pixels to the inch.
    await dana.setViewportSize({ width: 672, height: 1000 });
    await dana.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const name of ["tess", "tom"])
      expect(await dana.getByText(`Agreed by ${name}`, { exact: false }).last().isVisible()).toBe(true);
    expect(await dana.getByRole("navigation").isVisible()).toBe(false);
    expect(await dana.getByRole("button").count()).toBe(0);
    expect(await dana.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(672);
    const pdf = await dana.pdf({ format: "A4" });
    expect(pdf.length).toBeGreaterThan(10_000);
    if (shots !== undefined) {
      writeFileSync(path.join(shots, "month.pdf"), pdf);
      await dana.screenshot({ path: path.join(shots, "month-on-paper.png"), fullPage: true });
    }
  });
});
