/**
 * A real Chromium for tests: what people see is only proven where they see it. `CHROMIUM` names another one.
 * Where there is none the tests are left out with one line; with TANDEM_REAL=require it is installed (root on
 * Debian) or the run fails.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page } from "playwright-core";
import { install, mayInstall } from "../real/docker/install.ts";

const usual = "/usr/bin/chromium";
const switches = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser for this test file, or undefined when there is none. */
export async function useChromium(): Promise<Browser | undefined> {
  try {
    const executablePath = find();
    const browser = await chromium.launch({ executablePath, args: switches });
    console.log(`chromium: ${executablePath}, ${browser.version()}`);
    return browser;
  } catch (thrown) {
    const reason = (thrown instanceof Error ? thrown.message : String(thrown)).split("\n")[0] ?? "";
    if (process.env["TANDEM_REAL"] === "require")
      throw new Error(`chromium is required: ${reason}`, { cause: thrown });
    console.log(`chromium: left out, ${reason}`);
    return undefined;
  }
}

function find(): string {
  const executable = process.env["CHROMIUM"] ?? usual;
  if (existsSync(executable)) return executable;
  if (process.env["TANDEM_REAL"] !== "require" || executable !== usual || !mayInstall()) {
    throw new Error(`${executable} is not there; install chromium or name one in CHROMIUM`);
  }
  install(["chromium"]);
  return usual;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds on a page, one line each: the rule, and where. */
export async function axeFinds(page: Page, except: string[] = []): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axeSource);
  return page.evaluate(async (off) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { target: unknown[]; html: string }[] }[] }>;
      };
    };
    const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
    const { violations } = await axe.run({ rules, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, except);
}
