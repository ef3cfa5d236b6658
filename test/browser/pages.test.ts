/** Every page in a real Chromium: light and dark, wide and narrow, forced colours, on paper. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Download } from "../../src/backups/restoring-types.ts";
import { openDocs } from "../../src/docs/index.ts";
import { everyGet } from "../web/every-page.ts";
import { house, type House } from "../web/house.ts";
import { freePort } from "../real/docker/index.ts";
import { axeFinds, useChromium } from "./chromium.ts";

const browser = await useChromium();
const manual = openDocs()
  .list()
  .map((page) => `/docs/${page.name}`);
const strangers = [
  "/",
  "/sign-in?token=abc",
  "/nowhere",
  "/docs",
  "/secret?token=open",
  "/secret?token=next",
  "/secret?done=rotates",
  "/download?token=sealed",
  "/download?token=plain",
  "/download?token=spent",
];
const members = [...new Set([...everyGet, ...manual, "/nowhere"])];
const variants = (["light", "dark"] as const).flatMap((scheme) =>
  [1000, 360].map((width) => ({ scheme, width })),
);

interface Opened {
  page: Page;
  path: string;
}

/** A backup as a whole and sealed, or a volume of it as it is; any other token counts no more. */
function findDownload(token: string): Download | undefined {
  const app = "notes.example.coop" as Download["app"];
  const about = { backup: "bakor", app, member: "bo", name: `${app}-bakor.tar.gz` };
  if (token === "sealed") return { ...about, plain: false, name: `${about.name}.enc` };
  return token === "plain" ? { ...about, plain: true, volume: "data" } : undefined;
}

async function startHouse(): Promise<House & { url: string }> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const settings = { publicUrl: url, listen: { host: "127.0.0.1", port } };
  const home = house({
    settings,
    parts: {
      downloads: { findDownload, openDownload: () => Promise.reject(new Error("no button is pressed here")) },
    },
  });
  await home.web.start();
  return { ...home, url };
}

describe.skipIf(browser === undefined)("every page in Chromium", () => {
  if (browser === undefined) return;
  let home: House & { url: string };
  beforeAll(async () => {
    home = await startHouse();
  });
  afterAll(async () => {
    await browser.close();
    await home.web.stop();
  });

  /** Each once: so many links from one address in a quarter of an hour would be refused. */
  const sessions = new Map<string, Awaited<ReturnType<BrowserContext["cookies"]>>>();
  async function signIn(context: BrowserContext, name: "bo" | "otto" | "tess"): Promise<Page> {
    const page = await context.newPage();
    const session = sessions.get(name);
    if (session === undefined) {
      await page.goto(`${home.url}/sign-in?token=${home.linkFor(name)}`);
      await page.getByRole("button", { name: "Sign in" }).click();
    } else {
      await context.addCookies(session);
      await page.goto(home.url);
    }
    await page.getByRole("heading", { level: 1, name: /^Hello/ }).waitFor();
    sessions.set(name, await context.cookies());
    return page;
  }

  /** Opens a page; the answer is to be handed to `look`. */
  async function open(page: Page, path: string): Promise<Opened> {
    // The house has a clock that stands still: a second passes, or one address would soon have asked too often.
    await home.clock.turn(1000);
    await page.goto(home.url + path);
    expect(await page.evaluate("document.scripts.length")).toBe(0);
    return { page, path };
  }

  /** What is wrong with an open page as it is seen now. */
  async function look({ page, path }: Opened, except: string[] = []): Promise<void> {
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect([path, "sideways", Math.max(0, wide)]).toEqual([path, "sideways", 0]);
    expect(await smallTargets(page)).toEqual([]);
    expect([path, await axeFinds(page, except)]).toEqual([path, []]);
  }

  const check = async (page: Page, path: string): Promise<void> => look(await open(page, path));

  describe("light and dark, wide and narrow", () => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    let asStranger: Page;
    let asMember: Page;
    beforeAll(async () => {
      for (let n = 0; n < 2; n++) contexts.push(await browser.newContext());
      const [stranger, member] = contexts as [BrowserContext, BrowserContext];
      asStranger = await stranger.newPage();
      asMember = await signIn(member, "otto");
      for (const page of [asStranger, asMember]) {
        // What the browser says of a page that is not there, or not any more, is no complaint about it.
        page.on("console", (message) => {
          if (!/status of (404|422)/.test(message.text())) complaints.push(message.text());
        });
      }
    });
    afterAll(async () => {
      for (const context of contexts) await context.close();
    });

    /** One page each, opened once: without scripts, how it looks depends on the window and the scheme alone. */
    function looks(name: string, pageOf: () => Page, path: string, except: string[] = []): void {
      describe(name, () => {
        let opened: Opened;
        beforeAll(async () => {
          complaints.length = 0;
          opened = await open(pageOf(), path);
        });
        test.each(variants)("$scheme, $width px", async ({ scheme, width }) => {
          await opened.page.emulateMedia({ colorScheme: scheme });
          await opened.page.setViewportSize({ width, height: 800 });
          await look(opened, except);
          expect(complaints).toEqual([]);
        });
      });
    }
    for (const path of strangers) looks(`nobody: ${path}`, () => asStranger, path);
    for (const path of members) looks(path, () => asMember, path);
    // The page stops itself when asked to (WCAG 2.2.1), which axe cannot know.
    looks("a followed run", () => asMember, "/runs/bakor?follow", ["meta-refresh"]);
  });

  test("a maintainer's questions, with forced colours", async () => {
    const context = await browser.newContext({ forcedColors: "active" });
    const page = await signIn(context, "bo");
    for (const path of [
      "/",
      "/approvals",
      "/approvals/dufem/approval%232",
      "/runs/bakor",
      "/apps/notes.example.coop",
    ]) {
      await check(page, path);
    }
    await context.close();
  });

  test("with twice the letters nothing is cut off sideways", async () => {
    const context = await browser.newContext({ viewport: { width: 640, height: 800 } });
    const page = await signIn(context, "bo");
    for (const path of ["/", "/approvals/dufem/approval%232", "/runs/gomip"]) {
      await page.goto(home.url + path);
      await page.evaluate('document.documentElement.setAttribute("style", "font-size: 200%")');
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(640);
    }
    await context.close();
  });

  test("on paper: no navigation, no buttons, light, and a place to sign", async () => {
    const context = await browser.newContext({ colorScheme: "dark" });
    const page = await signIn(context, "bo");
    await page.goto(`${home.url}/approvals/bakor/approval`);
    expect(await page.getByText("Agreed by", { exact: true }).isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
    expect(await page.getByRole("button").count()).toBe(0);
    expect(await page.getByText("Agreed by", { exact: true }).isVisible()).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(33, 29, 43)");
    expect(await axeFinds(page)).toEqual([]);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    await context.close();
  });

  test("a treasurer's payouts, light and dark, wide and narrow", async () => {
    const context = await browser.newContext();
    const page = await signIn(context, "tess");
    for (const { scheme, width } of variants) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      for (const path of [
        ...["/payouts", "/payouts/tomek", "/payouts/rufin", "/books/statement"],
        ...["/books", "/books/queue/2026-10-05%2F8f3a", "/books/months/2026-09"],
      ])
        await check(page, path);
    }
    await context.close();
  });

  test("a payout on paper: on A4 nothing is cut off, each treasurer who agreed has a line to sign", async () => {
    // 210 mm without the margins of 16 mm, at 96 pixels to the inch.
    const context = await browser.newContext({ colorScheme: "dark", viewport: { width: 672, height: 1000 } });
    const page = await signIn(context, "tess");
    await page.goto(`${home.url}/payouts/tomek`);
    const line = page.getByText(/^Agreed by tom, 17 Nov 2026/);
    expect(await line.isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await line.isVisible()).toBe(true);
    expect(await page.getByText(/^Proposed by tess, 10 Nov 2026/).isVisible()).toBe(true);
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(672);
    expect(await axeFinds(page)).toEqual([]);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
    await context.close();
  });

  test("by keyboard: the first stop skips to the content, and wide tables can be reached", async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
    const page = await signIn(context, "bo");
    await page.goto(`${home.url}/runs`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("scroll");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")).toBe("3px");
    await context.close();
  });
});

/**
 * Buttons, fields and the links of the frame that are less than 44 px high or wide, with their size; a tick is as large
 * as its label.
 */
function smallTargets(page: Page): Promise<string[]> {
  const targets = "button, input:not([type=hidden]), textarea, summary, nav a, .home, .way a, .title a";
  // As text: what runs in the page knows other globals than this program.
  return page.evaluate(`[...document.querySelectorAll("${targets}")]
    .filter((one) => one.checkVisibility())
    .map((one) => (one.type === "checkbox" ? one.closest("label") : one))
    .map((one) => [one.textContent.trim().slice(0, 40), one.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
    .map(([text, box]) => text + ": " + Math.round(box.width) + " × " + Math.round(box.height))`);
}
