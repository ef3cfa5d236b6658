/**
 * `npm run demo` as a newcomer or a CI job starts it: with nothing on standard input it plays by itself on a real
 * engine. Needs the port 8091; what it deploys is taken off at the end.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { useDocker } from "../real/docker/index.ts";

const root = path.join(import.meta.dirname, "../..");
// Not the usual folder: somebody may have a room there.
const home = path.join(mkdtempSync(path.join(tmpdir(), "tandem-demo-")), "demo");
const page = "http://localhost:8091";
const docker = await useDocker({ images: false });

interface Played {
  code: number | null;
  text: string;
}

function demo(args: string[], env: Record<string, string> = {}): Promise<Played> {
  return new Promise((ended) => {
    const child = spawn("npm", ["run", "--silent", "demo", "--", "--folder", home, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => (text += more));
    child.stderr.setEncoding("utf8").on("data", (more: string) => (text += more));
    child.once("close", (code) => ended({ code, text }));
  });
}

/** Nothing of the code, of npm or of Node stands between the lines. */
function expectWords({ text }: Played): void {
  expect(text).not.toMatch(/^\s+at .+:\d+|node:internal|Deprecation|dial tcp|npm error/m);
}

describe.skipIf(docker === undefined)("the demo on a real engine", () => {
  if (docker === undefined) return;
  const env = { DOCKER_HOST: `unix://${docker.socketPath}` };
  afterAll(() => docker.stop());

  test(
    "plays its script, serves the page, and is taken away without a trace",
    { timeout: 240_000 },
    async () => {
      const played = await demo([], env);
      expect(played.code, played.text).toBe(0);
      expectWords(played);
      // What a person would have read, in this order.
      const told = [
        "ana  !tandem help",
        "notes.example.coop is a custom-html now, at version 1.0.0+1.0.0; nothing of it runs yet.",
        "Deploy notes.example.coop with custom-html 1.0.0+1.0.0?",
        "@ana:demo: your reaction does not count. You asked for this yourself, so it takes somebody else.",
        "✅ Approved: bo agreed.",
        "@ana:demo: notes.example.coop runs 1.0.0+1.0.0, healthy after",
        "http://localhost:8091 answers 200: A page of our own",
        "Deploy notes.example.coop: custom-html from 1.0.0+1.0.0 to 1.1.0+1.0.0?",
        "✅ Approved: cleo agreed.",
        "@ana:demo: notes.example.coop runs 1.1.0+1.0.0, healthy after",
        "Deploy notes.example.coop: custom-html from 1.1.0+1.0.0 to 1.2.0-broken+1.0.0?",
        "notes.example.coop 1.2.0-broken+1.0.0 did not come up and was rolled back:",
        "httpd: can't change directory to '/srv/pages': No such file or directory",
        "The swarm went back to 1.1.0+1.0.0 by itself",
        "http://localhost:8091 answers 200: A page of our own",
        // A month of work: 50.00 + 60 % of 66.00 for Ana, 120.00 + 40 % of 66.00 for Bo, 27.50 for Emil.
        "Your voice counts for 6 entries: 1, 2, 3, 5, 6, 7.",
        "Not for entry 4: Entry 4 takes 5 h, and of budget 010 4 h is left",
        "Entry 6 is held: nobody asked for it",
        "Left out: 6, held by bo",
        "Pay EUR 263.50 for the work of",
        "is agreed to.",
        "cleo agreed; 3 not paid yet.",
        "EUR -10.00 from 017",
        // The books of September, closed; those of October are left.
        "2026-09 does not come out even: 4 in the queue",
        "2026-09 is closed; cleo, emil agreed.",
        "October is left to you: money queue, money close 2026-10, or the page /books.",
        "notes.example.coop goes on running. To take it off: npm run demo -- --clean",
      ];
      let from = 0;
      for (const line of told) {
        const at = played.text.indexOf(line, from);
        expect(at, `"${line}" is missing, or stands before what it follows:\n${played.text}`).not.toBe(-1);
        from = at + line.length;
      }
      expect(await (await fetch(page)).text()).toContain("<p>Version 1.1.0</p>");
      expect(readFileSync(path.join(home, "script/log"), "utf8")).not.toMatch(/"level":[56]0/);

      const cleaned = await demo(["--clean"], env);
      expect(cleaned.code).toBe(0);
      expect(cleaned.text).toContain("notes.example.coop is taken off the Docker Engine, with its image.");
      expect(existsSync(home)).toBe(false);
      const filters = JSON.stringify({ label: ["com.docker.stack.namespace=notes_example_coop"] });
      expect(await docker.docker.listServices({ filters })).toEqual([]);
      await expect(fetch(page, { signal: AbortSignal.timeout(2000) })).rejects.toThrow();
      // Twice is harmless.
      const again = await demo(["--clean"], env);
      expect(again).toMatchObject({ code: 0 });
      expect(again.text).toContain("notes.example.coop is not on the Docker Engine any more.");
    },
  );
});

test("without an engine it says in three lines what to do, and ends 1 where nobody is there to read on", async () => {
  const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
  const played = await demo(["--no-install", "--script"], env);
  expect(played.code).toBe(1);
  expect(
    played.text
      .trim()
      .split("\n")
      .map((line) => line.trim()),
  ).toEqual([
    "No Docker Engine can be used here: none answers at /nonexistent/docker.sock (DOCKER_HOST).",
    "Everything that needs no server still works; deploying does not.",
    "To have it all: install Docker (docker.io on Debian), run `docker swarm init`, start the demo again.",
  ]);
  expectWords(played);
  // Nothing is installed for taking away.
  const cleaned = await demo(["--clean"], env);
  expect(cleaned.code).toBe(0);
  expect(cleaned.text).toContain("The Docker Engine does not answer at /nonexistent/docker.sock");
  expect(existsSync(home)).toBe(false);
});
