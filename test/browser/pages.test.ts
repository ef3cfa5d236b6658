/** Every page in a real Chromium: light and dark, wide and narrow, forced colours, on paper. */
import type { BrowserContext, Page, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Download } from "../../src/backups/restoring-types.ts";
import { openDocs } from "../../src/docs/index.ts";
import { downloads } from "../../src/web/routes.ts";
import { everyGet, visitorOf } from "../web/every-page.ts";
import { house, type House } from "../web/house.ts";
import { freePort } from "../real/docker/index.ts";
import { axeFinds, useChromium } from "./chromium.ts";

const browser = await useChromium();

/** A page, who opens it, and how it answers. */
interface Seen {
  who: "nobody" | "bo" | "tess";
  path: string;
  status: number;
  /** What comes of a button of that page, in place of the page itself. */
  press?: string;
  /** The button is pressed on the page of another site. */
  fromElsewhere?: true;
  /** So often somebody at the same address has tried before. */
  tries?: number;
  /** Rules of axe that cannot know better. */
  except?: string[];
}
const seen = (who: Seen["who"], status: number, ...paths: string[]): Seen[] =>
  paths.map((path) => ({ who, path, status }));

const manual = openDocs()
  .list()
  .map((page) => `/docs/${page.name}`);
const everySeen: Seen[] = [
  ...seen("nobody", 200, "/", "/docs", "/sign-in?token=abc"),
  ...seen("nobody", 200, "/secret?token=open", "/secret?token=next", "/secret?done=rotates"),
  ...seen("nobody", 200, "/collective-token?token=open", "/collective-token?done=kept"),
  ...seen("nobody", 200, "/download?token=sealed", "/download?token=plain"),
  ...seen("nobody", 404, "/nowhere"),
  ...seen("nobody", 422, "/secret?token=x", "/collective-token?token=x", "/download?token=spent"),
  // A fault of ours, as the log has it.
  ...seen("nobody", 500, "/download?token=broken"),
  { who: "nobody", path: "/sign-in?token=spent", status: 422, press: "Sign in" },
  { who: "nobody", path: "/sign-in?token=abc", status: 403, press: "Sign in", fromElsewhere: true },
  // An empty word is no token: the form again, with why.
  { who: "nobody", path: "/collective-token?token=open", status: 422, press: "Put it in" },
  { who: "nobody", path: "/download?token=sealed", status: 429, press: "Download it", tries: 10 },
  ...[...new Set([...everyGet, ...manual])].flatMap((path) => seen(visitorOf(path), 200, path)),
  // Nothing waits for her; and payouts as those see them who are no treasurers.
  ...seen("tess", 200, "/"),
  ...seen("bo", 200, "/payouts", "/payouts/tomek", "/payouts/rufin"),
  ...seen("bo", 404, "/nowhere"),
  // The page stops itself when asked to (WCAG 2.2.1), which axe cannot know.
  { who: "bo", path: "/runs/bakor?follow", status: 200, except: ["meta-refresh"] },
];
const variants = (["light", "dark"] as const).flatMap((scheme) =>
  [1000, 360].map((width) => ({ scheme, width })),
);

interface Opened {
  page: Page;
  path: string;
}

/** A backup as a whole and sealed, or a volume of it as it is; one breaks, any other token counts no more. */
function findDownload(token: string): Download | undefined {
  const app = "notes.example.coop" as Download["app"];
  const about = { backup: "bakor", app, member: "bo", name: `${app}-bakor.tar.gz` };
  if (token === "broken") throw new Error("a fault of ours, made for a test");
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
  async function signIn(context: BrowserContext, name: "bo" | "tess"): Promise<Page> {
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

  /** Opens a page, which has to answer like this; what comes of it is to be handed to `look`. */
  async function open(page: Page, { path, status, ...how }: Omit<Seen, "who">): Promise<Opened> {
    // The house has a clock that stands still: a second passes, or one address would soon have asked too often.
    await home.clock.turn(1000);
    let answer = await page.goto(home.url + path);
    if (how.press !== undefined) answer = await pressed(page, { path, ...how, press: how.press });
    expect([path, answer?.status()]).toEqual([path, status]);
    expect(await page.evaluate("document.scripts.length")).toBe(0);
    return { page, path };
  }

  /** What is answered when the button of an open page is pressed. */
  async function pressed(
    page: Page,
    {
      path,
      press,
      tries = 0,
      fromElsewhere,
    }: Pick<Seen, "path" | "tries" | "fromElsewhere"> & { press: string },
  ): Promise<Response> {
    const headers = { origin: home.url };
    const body = new URLSearchParams({ token: "guessed" });
    for (let n = 0; n < tries; n++) await fetch(home.url + path, { method: "POST", headers, body });
    if (fromElsewhere === true) {
      const form = `<form method="post" action="${home.url}${path}"><button>${press}</button></form>`;
      await page.route("http://evil.localhost/", (route) =>
        route.fulfill({ contentType: "text/html", body: form }),
      );
      await page.goto("http://evil.localhost/");
    }
    // What the browser would not let through the server has to refuse as well.
    await page.evaluate("for (const form of document.forms) form.noValidate = true");
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: press, exact: true }).click();
    return answer;
  }

  /** What is wrong with an open page as it is seen now. */
  async function look({ page, path }: Opened, except: string[] = []): Promise<void> {
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect([path, "sideways", Math.max(0, wide)]).toEqual([path, "sideways", 0]);
    expect(await smallTargets(page)).toEqual([]);
    expect([path, await axeFinds(page, except)]).toEqual([path, []]);
  }

  const check = async (page: Page, path: string): Promise<void> =>
    look(await open(page, { path, status: 200 }));

  test("every road of the app that leads to a page is among those that are looked at", () => {
    const others = ["/style.css", "/icon.svg", "/healthz", "/metrics", ...downloads.map((one) => one.path)];
    const paths = everySeen.map(({ path }) => path.replace(/\?.*$/, ""));
    const unseen = home.web.app.routes
      .filter(({ method, path }) => method === "GET" && !others.includes(path))
      .map(({ path }) => path)
      .filter((road) => !paths.some((path) => new RegExp(`^${road.replace(/:\w+/g, "[^/]+")}$`).test(path)));
    expect(unseen).toEqual([]);
  });

  describe("light and dark, wide and narrow", () => {
    const complaints: string[] = [];
    const pageOf = new Map<Seen["who"], Page>();
    beforeAll(async () => {
      for (const who of ["nobody", "bo", "tess"] as const) {
        const context = await browser.newContext();
        const page = who === "nobody" ? await context.newPage() : await signIn(context, who);
        page.on("console", (message) => complaints.push(message.text()));
        pageOf.set(who, page);
      }
    });
    afterAll(async () => {
      for (const page of pageOf.values()) await page.context().close();
    });

    // One page each, opened once: without scripts, how it looks depends on the window and the scheme alone.
    const named = everySeen.map((one) => ({ ...one, name: [one.path, one.press ?? []].flat().join(", ") }));
    describe.each(named)("$who: $name", ({ who, ...how }) => {
      let opened: Opened;
      beforeAll(async () => {
        complaints.length = 0;
        const page = pageOf.get(who);
        if (page === undefined) throw new Error(`${who} has no page`);
        opened = await open(page, how);
      });
      test.each(variants)("$scheme, $width px", async ({ scheme, width }) => {
        await opened.page.emulateMedia({ colorScheme: scheme });
        await opened.page.setViewportSize({ width, height: 800 });
        await look(opened, how.except);
        // What the browser says of a page that is meant to say no is no complaint about what stands on it.
        const ofItself = complaints.findIndex((text) => text.includes(`a status of ${how.status} `));
        expect(complaints.filter((_, n) => n !== ofItself)).toEqual([]);
      });
    });
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
      await open(page, { path, status: 200 });
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
