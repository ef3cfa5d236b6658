import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dockerDown } from "../../src/core/problems/swarm.ts";
import { AppDomain, RecipeName } from "../../src/core/terms.ts";
import type { StackSnapshot } from "../../src/swarm/types.ts";
import { notes, v } from "./fake-recipes.ts";
import { deployNow, domain, local, openHouse, register, stack, type House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => {
  expect([...house.recipes.open]).toEqual([]);
  expect(house.audit.verify()).toMatchObject({ head: house.audit.head().hash });
  house.db.close();
});

const coded = (code: string, text: object = {}) =>
  expect.objectContaining({ code, text: expect.objectContaining(text) as object }) as object;

describe("registering an app", () => {
  it("fills the sample settings in for the domain", async () => {
    const { env, version } = await house.apps.prepare(domain, notes);
    expect(version).toBe("1.1.0+1.1");
    expect(env).toContain("DOMAIN=notes.example.coop\nTITLE='Our notes' # on top\n");
    expect(env).not.toContain("example.com\n");
  });

  it("writes row and audit in one transaction", async () => {
    await register(house);
    expect(house.apps.get(domain)).toEqual({
      domain,
      recipe: "notes",
      version: "1.0.0+1.0",
      server: "local",
      stack,
      createdBy: "ana",
      createdAt: "2026-10-01T08:00:00.000Z",
      policy: "manual",
      room: null,
    });
    expect(house.audit.list({ subject: domain })).toMatchObject([
      {
        who: "ana",
        what: "app.created",
        details: { recipe: "notes", server: "local", version: "1.0.0+1.0" },
      },
    ]);
    expect(() =>
      house.db.tx(() => {
        house.apps.set("bo", domain, "TITLE", "x");
        throw new Error("taken back");
      }),
    ).toThrow("taken back");
    expect(house.apps.settings(domain)).toContainEqual({ key: "TITLE", value: "Our notes" });
    expect(house.audit.list()).toHaveLength(1);
  });

  it("refuses what cannot be, before anything is written", async () => {
    await register(house);
    const { apps } = house;
    await expect(apps.prepare(domain, notes)).rejects.toEqual(coded("app-exists"));
    const long = AppDomain.parse(`${"a".repeat(32)}.example.coop.net`);
    expect(long).toHaveLength(49);
    await expect(apps.prepare(long, notes)).rejects.toEqual(coded("app-domain-too-long"));
    const other = AppDomain.parse("b.example.coop");
    await expect(apps.prepare(other, RecipeName.parse("nots"))).rejects.toEqual(coded("recipe-unknown"));
    await expect(apps.prepare(other, notes, v("9.9.9"))).rejects.toEqual(coded("recipe-version-unknown"));
    const app = { domain: other, recipe: notes, env: "", version: null };
    expect(() => apps.create("ana", { ...app, server: "swarm-2" as typeof local })).toThrow(
      coded("server-unknown"),
    );
    expect(() => apps.create("ana", { ...app, domain, server: local })).toThrow(coded("app-exists"));
    expect(apps.list().map((one) => one.domain)).toEqual([domain]);
  });

  it("names the nearest app", async () => {
    await register(house);
    expect(() => house.apps.get(AppDomain.parse("note.example.coop"))).toThrow(
      coded("app-unknown", { remedy: `The nearest is ${domain}. See all of them: \`app list\`` }),
    );
    expect(house.apps.find(AppDomain.parse("note.example.coop"))).toBeUndefined();
  });
});

describe("settings", () => {
  it("changes one and hides what looks secret", async () => {
    await register(house);
    house.apps.set("bo", domain, "TITLE", "Bo's notes");
    house.apps.set("bo", domain, "PORT", "8081");
    expect(house.apps.settings(domain)).toEqual([
      { key: "TYPE", value: "notes" },
      { key: "DOMAIN", value: domain },
      { key: "TITLE", value: "Bo's notes" },
      { key: "SMTP_PASSWORD", value: "" },
      { key: "SECRET_DB_PASSWORD_VERSION", value: "v1" },
      { key: "SECRET_TOKEN_VERSION", value: "v1" },
      { key: "PORT", value: "8081" },
    ]);
    expect(house.audit.list({ limit: 1 })).toMatchObject([
      { who: "bo", what: "app.set", subject: domain, details: { key: "PORT", value: "8081" } },
    ]);
  });

  it("takes no password that was said aloud", async () => {
    await register(house);
    expect(() => house.apps.set("bo", domain, "SMTP_PASSWORD", "hunter22")).toThrow(
      coded("setting-said-aloud"),
    );
    expect(JSON.stringify(house.audit.list())).not.toContain("hunter22");
  });
});

describe("planning a deploy", () => {
  it("is a first deploy with new secrets, at the app's own version", async () => {
    await register(house);
    const plan = await house.apps.planDeploy(domain, undefined, "bakor/plan");
    expect(plan).toMatchObject({
      domain,
      recipe: "notes",
      from: null,
      to: "1.0.0+1.0",
      notes: "",
      isEmpty: false,
      newSecrets: [`${stack}_db_password_v1`, `${stack}_token_v1`],
    });
    expect(plan.specs.services["app"]).toMatchObject({
      Labels: {
        [`coop-cloud.${stack}.recipe`]: "notes",
        [`coop-cloud.${stack}.version`]: "1.0.0+1.0",
        [`coop-cloud.${stack}.chaos`]: "false",
      },
      TaskTemplate: { ContainerSpec: { Image: "notes:1.0" } },
    });
    expect(house.swarm.changes).toEqual([]);
    expect(await house.apps.planDeploy(domain, undefined, "dekul/plan")).toEqual(plan);
  });

  it("brings the notes of every version between, and warns of a new major one", async () => {
    await register(house);
    await deployNow(house);
    const plan = await house.apps.planDeploy(domain, v("2.0.0-rc1+2.0"), "k");
    expect(plan.from).toBe("1.0.0+1.0");
    expect(plan.notes).toBe("**1.1.0+1.1**\nFaster.\n\n**2.0.0-rc1+2.0**\nEverything is new.");
    expect(plan.warnings).toEqual([
      "2.0.0-rc1+2.0 is a new major version: its notes may name work to be done by hand.",
    ]);
  });

  it("warns that data does not go back", async () => {
    await register(house, v("1.1.0+1.1"));
    await deployNow(house);
    const plan = await house.apps.planDeploy(domain, v("1.0.0+1.0"), "k");
    expect(plan.warnings).toEqual([
      "1.0.0+1.0 is older than 1.1.0+1.1: only the program goes back, not its data.",
    ]);
  });

  it("takes the newest release where none is pinned, and says when the mirror is old", async () => {
    const { env } = await house.apps.prepare(domain, notes);
    house.apps.create("ana", { domain, recipe: notes, server: local, env, version: null });
    house.recipes.stale = "Its repository does not answer.";
    const plan = await house.apps.planDeploy(domain, undefined, "k");
    expect(plan.to).toBe("1.1.0+1.1");
    expect(plan.warnings).toEqual(["Its repository does not answer."]);
  });

  it("is empty when all is as it should be", async () => {
    await register(house);
    await deployNow(house);
    expect((await house.apps.planDeploy(domain, undefined, "k")).isEmpty).toBe(true);
  });

  it("has another hash as soon as anything is different", async () => {
    await register(house);
    const hashes = new Set<string>();
    const plan = async () => hashes.add((await house.apps.planDeploy(domain, undefined, "k")).hash);
    await plan();
    await plan();
    expect(hashes.size).toBe(1);
    house.apps.set("bo", domain, "UNUSED", "1");
    await plan();
    house.recipes.commit = "beef";
    await plan();
    house.swarm.secrets.set(`${stack}_token_v1`, "x");
    await plan();
    house.swarm.running.set(stack, new Map([["app", { Name: "by hand" }]]));
    await plan();
    expect(hashes.size).toBe(5);
  });

  it("reads only files inside the recipe", async () => {
    await register(house);
    for (const file of ["../../etc/passwd", "/etc/passwd", "compose.missing.yml"]) {
      house.apps.set("bo", domain, "COMPOSE_FILE", `compose.yml:${file}`);
      await expect(house.apps.planDeploy(domain, undefined, "k")).rejects.toMatchObject({
        code: "compose-file-unfit",
        message: expect.stringContaining(file) as string,
      });
    }
    house.apps.set("bo", domain, "COMPOSE_FILE", "compose.yml:compose.more.yml");
    expect((await house.apps.planDeploy(domain, undefined, "k")).isEmpty).toBe(false);
  });

  it("refuses names that Docker would refuse", async () => {
    const long = AppDomain.parse(`${"a".repeat(32)}.example.coop`);
    const made = await house.apps.prepare(long, notes);
    house.apps.create("ana", { domain: long, recipe: notes, server: local, ...made });
    house.apps.set("bo", long, "SECRET_TOKEN_VERSION", "v1-of-the-second-try");
    await expect(house.apps.planDeploy(long, undefined, "k")).rejects.toEqual(coded("secret-name-too-long"));
  });
});

describe("deploying", () => {
  it("makes the secrets as the settings say, and keeps them nowhere", async () => {
    await register(house);
    await deployNow(house);
    expect(house.swarm.secrets.get(`${stack}_db_password_v1`)).toMatch(/^[0-9a-f]{40}$/);
    expect(house.swarm.secrets.get(`${stack}_token_v1`)).toHaveLength(32);
    const kept = house.db.sqlite.serialize().toString("latin1");
    for (const value of house.swarm.secrets.values()) expect(kept).not.toContain(value);
    expect(house.swarm.changes).toEqual([
      `make the secret ${stack}_db_password_v1`,
      `make the secret ${stack}_token_v1`,
      "create app",
      "create db",
    ]);
  });

  it("is safe twice and half-way", async () => {
    await register(house);
    const plan = await house.apps.planDeploy(domain, undefined, "k");
    for (const call of ["createSecrets", "apply"] as const) {
      house.swarm.failAt(call, dockerDown({ socket: "s", reason: "gone" }), { half: true, times: 1 });
      await expect(house.apps.deploy(plan, "bakor/deploy")).rejects.toEqual(coded("docker-down"));
    }
    await house.apps.deploy(plan, "bakor/deploy");
    await house.apps.deploy(plan, "bakor/deploy");
    expect(house.swarm.changes).toHaveLength(4);
    await house.apps.restore(plan);
    await house.apps.restore(plan);
    expect(house.swarm.running.get(stack)?.size).toBe(0);
    expect(house.swarm.secrets.size).toBe(2);
  });

  it("knows whether one that was broken off had begun, and is not misled by what others have changed", async () => {
    await register(house);
    const plan = await house.apps.planDeploy(domain, undefined, "k");
    const begun = async () => [
      await house.apps.hasBegun(plan, { isByOthers: false }),
      await house.apps.hasBegun(plan, { isByOthers: true }),
    ];
    expect(await begun()).toEqual([false, false]);
    house.swarm.running.set(stack, new Map([["app", { Name: "by hand" }]]));
    expect(await begun()).toEqual([true, false]);
    const written = { Name: "app", Labels: { "tandem.plan": plan.stackHash } };
    house.swarm.running.set(stack, new Map([["app", written]]));
    expect(await begun()).toEqual([true, true]);
  });

  it("takes a tick of a cron job for nothing that a deploy has written", async () => {
    await register(house);
    const cron = (version: number, labels: Record<string, string> = {}) => ({
      ...{ id: "cron", version, tasks: [] },
      spec: {
        Labels: { "swarm.cronjob.enable": "true", ...labels },
        TaskTemplate: { ContainerSpec: { Image: "job:1" }, ForceUpdate: version },
        Mode: { Replicated: { Replicas: Math.min(version, 1) } },
      },
    });
    const planned = await house.apps.planDeploy(domain, undefined, "k");
    const plan = { ...planned, before: { services: { cron: cron(0) } } };
    const begun = async (services: StackSnapshot["services"]) => {
      house.swarm.snapshot = () => Promise.resolve({ services });
      return await house.apps.hasBegun(plan, { isByOthers: false });
    };
    expect(await begun({ cron: cron(1) })).toBe(false);
    expect(await begun({ cron: cron(1, { more: "of somebody" }) })).toBe(true);
    expect(await begun({ cron: cron(1), app: cron(0) })).toBe(true);
  });

  it("refuses when settings, recipe or services are not what the plan was made for", async () => {
    await register(house);
    const plan = await house.apps.planDeploy(domain, undefined, "k");
    house.apps.set("bo", domain, "TITLE", "Another");
    await expect(house.apps.deploy(plan, "bakor/deploy")).rejects.toEqual(coded("plan-changed"));
    house.apps.set("bo", domain, "TITLE", "Our notes");
    house.recipes.commit = "beef";
    await expect(house.apps.deploy(plan, "bakor/deploy")).rejects.toEqual(coded("plan-changed"));
    house.recipes.commit = "c0ffee";
    house.swarm.running.set(stack, new Map([["app", { Name: "by hand" }]]));
    await expect(house.apps.deploy(plan, "bakor/deploy")).rejects.toEqual(coded("plan-changed"));
    expect(house.swarm.changes).toEqual([
      `make the secret ${stack}_db_password_v1`,
      `make the secret ${stack}_token_v1`,
    ]);
  });
});

describe("the deploy history", () => {
  it("keeps one record per run, closed once, with secret values hidden", async () => {
    await register(house);
    const { apps } = house;
    const plan = await apps.planDeploy(domain, v("1.1.0+1.1"), "k");
    const spec = {
      TaskTemplate: { ContainerSpec: { Env: ["SMTP_PASSWORD=hunter22", "TITLE=a=b", "API_KEY"] } },
    };
    const id = apps.beginRecord(
      { ...plan, specs: { ...plan.specs, services: { app: spec } } },
      "bakor",
      "ana",
    );
    expect(apps.beginRecord(plan, "bakor", "ana")).toBe(id);
    await house.clock.turn(60_000);
    apps.endRecord(domain, "bakor", { outcome: "failed", reason: "app crashed" });
    apps.endRecord(domain, "bakor", { outcome: "restored", reason: "later" });
    apps.endRecord(domain, "never", { outcome: "restored", reason: "later" });
    expect(apps.history(domain)).toMatchObject([
      {
        id,
        app: domain,
        run: "bakor",
        version: "1.1.0+1.1",
        askedBy: "ana",
        outcome: "failed",
        reason: "app crashed",
        startedAt: "2026-10-01T08:00:00.000Z",
        finishedAt: "2026-10-01T08:01:00.000Z",
        specs: {
          services: {
            app: { TaskTemplate: { ContainerSpec: { Env: ["SMTP_PASSWORD=•••", "TITLE=a=b", "API_KEY"] } } },
          },
        },
      },
    ]);
    expect(apps.get(domain).version).toBe("1.0.0+1.0");
    expect(house.audit.list({ subject: domain, limit: 1 })).toMatchObject([
      {
        who: "ana",
        what: "app.deployed",
        details: { run: "bakor", outcome: "failed", reason: "app crashed" },
      },
    ]);
  });

  it("pins the app to what converged", async () => {
    await register(house);
    await deployNow(house, v("1.1.0+1.1"));
    expect(house.apps.get(domain).version).toBe("1.1.0+1.1");
  });
});

describe("what runs", () => {
  it("is asked of the server; one that does not answer is said, not thrown", async () => {
    await register(house);
    const state = async () => (await house.apps.status()).map((one) => one.state);
    expect(await state()).toEqual(["down"]);
    await deployNow(house);
    expect(await house.apps.status()).toMatchObject([
      { state: "running", newest: "1.1.0+1.1", app: { domain } },
    ]);
    house.swarm.failAt("overview", dockerDown({ socket: "s", reason: "gone" }));
    expect(await state()).toEqual(["unknown"]);
    house.swarm.failAt("overview", new TypeError("a fault of ours"));
    await expect(house.apps.status()).rejects.toThrow("a fault of ours");
  });

  it("is taken off, with data only when that was asked for", async () => {
    await register(house);
    await deployNow(house);
    expect(await house.apps.belongings(domain)).toEqual({
      services: ["app", "db"],
      volumes: [`${stack}_data`],
      secrets: [`${stack}_db_password_v1`, `${stack}_token_v1`],
      unseen: [],
    });
    const { signal } = new AbortController();
    await house.apps.undeploy(domain, { volumes: false, signal });
    expect(await house.apps.belongings(domain)).toMatchObject({ services: [], volumes: [`${stack}_data`] });
    await house.apps.undeploy(domain, { volumes: true, signal });
    expect(await house.apps.belongings(domain)).toMatchObject({ services: [], volumes: [] });
  });
});
