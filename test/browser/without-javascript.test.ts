/** The whole way through the pages with JavaScript switched off: sign in, agree, refuse, cancel, sign out. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declineWithoutWhy } from "../../src/core/problems/approvals.ts";
import { house, type House } from "../web/house.ts";
import { freePort } from "../real/docker/index.ts";
import { useChromium } from "./chromium.ts";

const browser = await useChromium();

describe.skipIf(browser === undefined)("with JavaScript off", () => {
  if (browser === undefined) return;
  let home: House;
  let url: string;
  let page: Page;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    home = house({ settings: { publicUrl: url, listen: { host: "127.0.0.1", port } } });
    await home.web.start();
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 360, height: 740 },
    });
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await home.web.stop();
  });

  const heading = (): Promise<string> => page.getByRole("heading", { level: 1 }).innerText();

  test("a stranger is told how to sign in, and sees nothing else", async () => {
    await page.goto(url);
    expect(await heading()).toBe("Three Rivers Co-op rides a tandem");
    await page.goto(`${url}/runs/bakor`);
    expect(await heading()).toBe("No road leads here");
  });

  test("the link, its button, a cookie that only the browser reads", async () => {
    await page.goto(`${url}/sign-in?token=${home.linkFor("bo")}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await heading()).toBe("Hello Bo");
    expect(page.url()).toBe(`${url}/`);
    const cookies = await page.context().cookies();
    expect(
      cookies.map(({ name, httpOnly, secure, sameSite }) => ({ name, httpOnly, secure, sameSite })),
    ).toEqual([{ name: "__Host-tandem", httpOnly: true, secure: true, sameSite: "Lax" }]);
  });

  test("agree from the home page: the browser's form passes the check of origin", async () => {
    await page.getByRole("link", { name: /^Deploy notes/ }).click();
    await page.getByRole("button", { name: "Approve" }).click();
    expect(page.url()).toBe(`${url}/approvals/bakor/approval`);
    expect(home.heard.map(({ said }) => said)).toEqual([{ words: ["approve", "bakor/approval"] }]);
  });

  test("a grave question wants its subject typed before the browser sends anything", async () => {
    await page.goto(`${url}/approvals/dufem/approval%232`);
    await page.getByRole("button", { name: "Approve" }).click();
    expect(home.heard).toHaveLength(1);
    await page.getByLabel("Type old.example.coop to approve it").fill("old.example.coop");
    await page.getByRole("button", { name: "Approve" }).click();
    expect(home.heard.at(-1)?.said).toEqual({ words: ["approve", "dufem/approval#2", "old.example.coop"] });
  });

  test("refuse, not counted: the page says why and keeps what was typed", async () => {
    home.answerWith({ kind: "problem", problem: declineWithoutWhy({ run: "bakor" }) });
    await page.goto(`${url}/approvals/bakor/approval`);
    await page.getByLabel(/^Why/).fill("it is late");
    await page.getByRole("button", { name: "Decline" }).click();
    expect(await page.getByRole("alert").innerText()).toContain("You declined run bakor without saying why.");
    expect(await page.getByLabel(/^Why/).inputValue()).toBe("it is late");
    home.answerWith({ kind: "answer", message: { blocks: [] } });
    await page.getByRole("button", { name: "Decline" }).click();
    expect(home.heard.at(-1)?.said).toEqual({ words: ["decline", "bakor/approval", "it is late"] });
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("follow a run, stop following, cancel it", async () => {
    await page.goto(`${url}/runs/bakor`);
    await page.getByRole("link", { name: "Follow this run" }).click();
    await page.getByRole("link", { name: "Stop following" }).first().click();
    await page.getByLabel("Why?").fill("not today");
    await page.getByRole("button", { name: "Cancel this run" }).click();
    expect(home.heard.at(-1)?.said).toEqual({ words: ["cancel", "bakor", "not today"] });
  });

  test("a form of another site is refused, though the browser would send a cookie", async () => {
    const before = home.heard.length;
    await page.route("http://evil.localhost/", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<form method="post" action="${url}/runs/bakor/cancel"><input name="why" value="x"><button>Win</button></form>`,
      }),
    );
    await page.goto("http://evil.localhost/");
    await page.getByRole("button", { name: "Win" }).click();
    expect(await page.getByRole("alert").innerText()).toContain("This form was sent from another site.");
    expect(home.heard).toHaveLength(before);
  });

  test("sign out", async () => {
    await page.goto(`${url}/apps`);
    await page.getByRole("button", { name: "Sign out Bo" }).click();
    expect(await heading()).toBe("Three Rivers Co-op rides a tandem");
    expect(await page.context().cookies()).toEqual([]);
  });

  test("a treasurer hands in a statement, and reads what came of it", async () => {
    await page.goto(`${url}/sign-in?token=${home.linkFor("tess")}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.goto(`${url}/books/statement`);
    await page.getByLabel("Account").selectOption("gls");
    await page.getByLabel("Format").selectOption("MT940 (SWIFT)");
    const file = { name: "october.sta", mimeType: "text/plain", buffer: Buffer.from(":20:X") };
    await page.getByLabel("The file, as the bank gave it").setInputFiles(file);
    home.answerWith({ kind: "answer", message: { blocks: [{ kind: "text", text: "12 new" }] } });
    await page.getByRole("button", { name: "Take it into the books" }).click();
    expect(await page.getByRole("status").innerText()).toBe("12 new");
    expect(home.heard.at(-1)?.said).toEqual({
      words: ["money", "import", "bank", "--account=gls", "--format=mt940", "--from=kept-5"],
    });
  });
});
