/** Apps that run already are found, understood and written down. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handedInFolder, handIn, openApps } from "../../src/apps/index.ts";
import { foundApp } from "../../src/apps/found.ts";
import { dockerDown } from "../../src/core/problems/swarm.ts";
import type { ServerName } from "../../src/core/terms.ts";
import type { StackSight } from "../../src/swarm/index.ts";
import adopt from "../../workflows/adopt.ts";
import { tell } from "../workflows/telling.ts";
import { envSample, head, notes, v } from "./fake-recipes.ts";
import { fakeServers, fakeSwarm } from "./fake-swarm.ts";
import { deployNow, domain, local, openHouse, register, stack, type House } from "./house.ts";

let house: House;
let data: string;
beforeEach(() => {
  house = openHouse();
  data = mkdtempSync(path.join(tmpdir(), "tandem-adopt-"));
});
afterEach(() => {
  expect([...house.recipes.open]).toEqual([]);
  house.db.close();
  rmSync(data, { recursive: true, force: true });
});

const prefix = `coop-cloud.${stack}`;
const runs = (labels: Record<string, string>, env: string[] = []): void =>
  void house.swarm.running.set(
    stack,
    new Map([
      ["app", { Name: `${stack}_app`, Labels: labels, TaskTemplate: { ContainerSpec: { Env: env } } }],
    ]),
  );
/** The same house with what a server has beside it. */
const reopened = (others: Parameters<typeof fakeServers>[1] = {}): void => {
  const { db, clock, audit, recipes, swarm } = house;
  const servers = fakeServers(swarm, others);
  const handedInDir = path.join(data, handedInFolder);
  house.apps = openApps({ db, clock, audit, recipes, servers, handedInDir });
};
const coded = (code: string) => expect.objectContaining({ code }) as object;

describe("what a stack says of itself", () => {
  const sight = (labels: Record<string, string>, env: string[] = [], service = "app"): StackSight => ({
    stack,
    services: [{ service, labels, env }],
  });
  const rule = `traefik.http.routers.${stack}.rule`;

  it.each([
    ["the rule for traefik", { [rule]: "Host(`notes.example.coop`)" }, []],
    ["the host that the stack is named after", { [rule]: "Host(`www.x.org`, `notes.example.coop`)" }, []],
    ["quotes of another kind", { [rule]: "Host('notes.example.coop') && Path('/a')" }, []],
    ["the setting DOMAIN", {}, ["DOMAIN=notes.example.coop"]],
  ])("its domain by %s", (_by, labels, env) => {
    expect(foundApp(local, sight(labels, env))?.domain).toBe("notes.example.coop");
  });

  it("no domain, recipe or version where it is silent or malformed", () => {
    expect(foundApp(local, sight({ [`${prefix}.version`]: "${COOP_CLOUD_VERSION:-latest}" }))).toEqual({
      server: "local",
      stack,
      domain: null,
      recipe: null,
      version: null,
      versionLabel: "${COOP_CLOUD_VERSION:-latest}",
      chaos: null,
      services: ["app"],
    });
    expect(foundApp(local, sight({}, [], "web"))).toBeUndefined();
  });

  it("the commit that runs in place of a release", () => {
    const labels = { [`${prefix}.chaos`]: "true", [`${prefix}.chaos-version`]: "3f2a91c0+U" };
    expect(foundApp(local, sight(labels))?.chaos).toBe("3f2a91c0+U");
    expect(foundApp(local, sight({ ...labels, [`${prefix}.chaos`]: "false" }))?.chaos).toBeNull();
  });
});

describe("taking over", () => {
  it("is asked about with the proof, and changes nothing", async () => {
    await register(house);
    await deployNow(house);
    house.db.sqlite.exec("delete from app");
    const before = [...house.swarm.changes];
    const told = await tell(house, adopt, { app: domain });
    expect(told.status).toBe("done");
    expect(told.text).toContain(
      "A deploy of it now would change none of its 2 services: it was understood whole.",
    );
    expect(house.swarm.changes).toEqual(before);
    expect(house.apps.get(domain)).toMatchObject({ recipe: "notes", version: "1.0.0+1.0", stack });
  });

  it("says what it could not read", async () => {
    runs({ [`${prefix}.recipe`]: "notes", [`${prefix}.version`]: "latest" });
    const { remarks, settingsFrom, version } = await house.apps.understand({ domain }, "k");
    expect({ settingsFrom, version }).toEqual({ settingsFrom: "sample", version: null });
    expect(remarks.slice(0, 3)).toEqual([
      "Its version label says latest, which is no version.",
      "Its version is unknown, so its next deploy takes the newest, 1.1.0+1.1, unless you name one.",
      "Its service does not show its settings, so they are those of the recipe's sample: compare them before a deploy.",
    ]);
  });

  it("keeps passwords among the settings out of question, journal and audit", async () => {
    runs({ [`${prefix}.recipe`]: "notes", [`${prefix}.version`]: "1.0.0+1.0" }, [
      `STACK_NAME=${stack}`,
      `DOMAIN=${domain}`,
      "SMTP_PASSWORD=hunter22",
    ]);
    const told = await tell(house, adopt, { app: domain });
    expect(told.status).toBe("done");
    expect(told.text).toContain("Among its settings in clear, as abra keeps them: SMTP_PASSWORD.");
    expect(told.text).not.toContain("hunter22");
    expect(house.apps.settings(domain)).toContainEqual({ key: "SMTP_PASSWORD", value: null });
    const kept = house.db.sqlite.prepare("select * from step").all();
    expect(JSON.stringify([kept, house.audit.list()])).not.toContain("hunter22");
  });

  it("understands a commit that runs in place of a release", async () => {
    const chaos = { [`${prefix}.chaos`]: "true", [`${prefix}.chaos-version`]: `${head.short}+U` };
    runs({ [`${prefix}.recipe`]: "notes", [`${prefix}.version`]: "1.1.0+1.1", ...chaos });
    const adoption = await house.apps.understand({ domain }, "k");
    expect(adoption).toMatchObject({ chaos: head.short, version: "1.1.0+1.1" });
    expect(adoption.remarks).toContain("It was deployed with changes that were never committed.");
  });

  it("refuses what is known, what is nowhere, what is twice, what names no recipe", async () => {
    await expect(house.apps.understand({ domain }, "k")).rejects.toEqual(coded("app-not-found-running"));
    runs({ [`${prefix}.version`]: "1.0.0+1.0" });
    await expect(house.apps.understand({ domain }, "k")).rejects.toEqual(coded("app-recipe-unsaid"));
    expect(await house.apps.understand({ domain, recipe: notes }, "k")).toMatchObject({ recipe: "notes" });
    const second = fakeSwarm();
    second.running.set(stack, house.swarm.running.get(stack) ?? new Map<string, never>());
    reopened({ "swarm-2": second });
    await expect(house.apps.understand({ domain, recipe: notes }, "k")).rejects.toEqual(
      coded("app-on-several-servers"),
    );
    const there = { domain, recipe: notes, server: "swarm-2" as ServerName };
    expect(await house.apps.understand(there, "k")).toMatchObject({ server: "swarm-2" });
    await register(house);
    await expect(house.apps.understand({ domain }, "k")).rejects.toEqual(coded("app-exists"));
  });

  it("names servers that do not answer, and lists the others", async () => {
    const down = fakeSwarm();
    down.stacks = () => Promise.reject(dockerDown({ socket: "s", reason: "gone" }));
    runs({ [`${prefix}.recipe`]: "notes", [`${prefix}.version`]: "1.0.0+1.0" });
    house.swarm.running.set("monitoring", new Map([["app", { Name: "monitoring_app" }]]));
    reopened({ "swarm-2": down });
    const { apps, silent } = await house.apps.found();
    expect(apps.map((one) => one.stack)).toEqual([stack]);
    expect(silent.map(({ server }) => server)).toEqual(["swarm-2"]);
    await expect(house.apps.found("swarm-2" as ServerName)).rejects.toEqual(coded("docker-down"));
  });

  it("keeps a file that was handed in byte for byte, and throws it away afterwards", async () => {
    const text = `${envSample.replaceAll("notes.example.com", domain)}\n# mine\r\nODD="a\\\nb"\n`;
    handIn(data, domain, text.replace("TYPE=notes", "TYPE=notes:1.0.0+1.0"));
    reopened();
    const told = await tell(house, adopt, { app: domain });
    expect(told.text).toContain("as in the file that was handed in, byte for byte");
    expect(told.text).toContain("Mind: Nothing of it runs there.");
    expect(house.apps.exported()).toMatchObject([{ domain, version: v("1.0.0+1.0"), chaos: null }]);
    expect(house.apps.exported()[0]?.env).toBe(text.replace("TYPE=notes", "TYPE=notes:1.0.0+1.0"));
    house.db.sqlite.exec("delete from app");
    await expect(house.apps.understand({ domain }, "k")).rejects.toEqual(coded("app-not-found-running"));
  });

  it("asks again when something has changed meanwhile", async () => {
    runs({ [`${prefix}.recipe`]: "notes", [`${prefix}.version`]: "1.0.0+1.0" });
    const told = await tell(house, adopt, { app: domain }, (_ask, n) => {
      if (n === 1) runs({ [`${prefix}.recipe`]: "notes", [`${prefix}.version`]: "1.1.0+1.1" });
      return n === 1;
    });
    expect(told.asked).toHaveLength(2);
    expect(told.text).toContain("so it needs new voices");
    expect(house.apps.find(domain)).toBeUndefined();
  });
});
