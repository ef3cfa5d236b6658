/** abra's folder comes in through the running server's door and goes out as a repository. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../real/docker/registry.ts";
import { installation, startServer, tandem, type Server } from "./children.ts";

const { folder, remove } = installation();
let server: Server;
const abra = path.join(folder, "abra");
const text = `# Kept by abra
TYPE=custom-html:1.0.0+1.0.0
DOMAIN=one.example.coop
TITLE="Ours" # on top
SMTP_PASSWORD=hunter22
`;

beforeAll(async () => {
  const files = {
    "default/one.example.coop.env": text,
    "default/no domain.env": "TYPE=x\n",
    "swarm.example.coop/two.example.coop.env": "TYPE=custom-html\nDOMAIN=two.example.coop\n",
    "swarm.example.coop/notes.txt": "not an app",
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(abra, name)), { recursive: true });
    writeFileSync(path.join(abra, name), content);
  }
  server = await startServer(folder, await freePort());
});
afterAll(async () => {
  await server.stop();
  remove();
});

describe("tandem adopt", () => {
  it("says what would be done, names servers that are not known, and does nothing", async () => {
    const told = await tandem(folder, ["adopt", "--from", "abra", "--dry-run"]);
    expect(told.out).toContain("one.example.coop: custom-html:1.0.0+1.0.0 on local");
    expect(told.out).toContain(
      "two.example.coop: custom-html on swarm.example.coop, which is not known here",
    );
    expect(told.out).toContain("no domain.env: left out, its name is no domain");
    expect(told.out).toContain("tandem adopt --from abra --map swarm.example.coop=local");
    expect(told.out).toContain("1 of 2 would be asked about; nothing was done.");
    expect(told.code).toBe(1);
    expect(existsSync(path.join(folder, "data/handed-in"))).toBe(false);
  });

  it("refuses words that it does not know", async () => {
    const told = await tandem(folder, ["adopt", "--map", "local"]);
    expect(told.err + told.out).toContain("--map local: it takes <abra's name>=<name here>");
    expect((await tandem(folder, ["adopt", "--from", "nowhere"])).err).toContain(
      "there is no folder nowhere",
    );
  });

  it("hands each file in, readable for the server alone, and asks with a command", async () => {
    const told = await tandem(folder, ["adopt", "--from", "abra", "--map", "swarm.example.coop=local"]);
    expect(told.code).toBe(0);
    const waiting = path.join(folder, "data/handed-in/one.example.coop.env");
    expect(readFileSync(waiting, "utf8")).toBe(text);
    expect(statSync(waiting).mode & 0o777).toBe(0o600);
    const trail = await tandem(folder, ["audit"]);
    expect(trail.out).toContain("app adopt");
    expect(trail.out).not.toContain("hunter22");
  });
});

describe("tandem export-abra", () => {
  it("makes a repository, and commits only what has changed", async () => {
    const out = path.join(folder, "out");
    const made = await tandem(folder, ["app", "new", "custom-html", "new.example.coop", "--wait"]);
    expect(made.code).toBe(0);
    const told = await tandem(folder, ["export-abra", "out", "--map", "local=swarm.example.coop"]);
    expect(told.out).toContain("1 app changed, which is committed.");
    const file = path.join(out, "servers/swarm.example.coop/new.example.coop.env");
    expect(readFileSync(file, "utf8")).toMatch(/^TYPE=custom-html:1\.1\.0\+1\.0\.0$/m);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await tandem(folder, ["export-abra", "out", "--map", "local=swarm.example.coop"]);
    expect(again.out).toContain("nothing has changed since the last time.");
    writeFileSync(path.join(out, "servers/swarm.example.coop/other.example.coop.env"), "TYPE=x\n");
    expect((await tandem(folder, ["app", "set", "new.example.coop", "TITLE", "Anew"])).code).toBe(0);
    const third = await tandem(folder, ["export-abra", "out", "--map", "local=swarm.example.coop"]);
    expect(third.out).toContain("other.example.coop.env: left alone");
    const log = execFileSync("git", ["-C", out, "log", "--format=%an %s", "--name-only"], {
      encoding: "utf8",
    });
    expect(log.match(/Tandem 1 app as Tandem has them/g)).toHaveLength(2);
    expect(log).not.toContain("other.example.coop");
  });
});
