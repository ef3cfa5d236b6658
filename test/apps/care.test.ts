/** Settings beside the sample and beside what was deployed; secrets; the forms for their values. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { durationMs } from "../../src/core/clock.ts";
import { readFunctions, unsetEnv } from "../../src/recipes/index.ts";
import { deployNow, domain, openHouse, register, stack, type House } from "./house.ts";
import { abraScript } from "./fake-recipes.ts";

let house: House;
beforeEach(async () => {
  house = openHouse();
  await register(house);
});
afterEach(() => house.db.close());

describe("settings", () => {
  it("lose one key and nothing else", () => {
    const text = "# a\nA=1\n\nB='two\nlines' # of b\nexport C=3\r\nA=4\n";
    expect(unsetEnv(text, "B")).toBe("# a\nA=1\n\nexport C=3\r\nA=4\n");
    expect(unsetEnv(text, "A")).toBe("# a\n\nB='two\nlines' # of b\nexport C=3\r\n");
    expect(unsetEnv(text, "D")).toBe(text);
    expect(unsetEnv("A=1", "A")).toBe("");
  });

  it("are taken away with an audit row; one that is not there is a problem", () => {
    house.apps.unset("bo", domain, "TITLE");
    expect(house.apps.envOf(domain)).not.toContain("TITLE");
    expect(house.audit.list({ subject: domain, limit: 1 })).toMatchObject([
      { who: "bo", what: "app.unset", details: { key: "TITLE" } },
    ]);
    expect(() => house.apps.unset("bo", domain, "TITLE")).toThrow(
      expect.objectContaining({ code: "setting-not-there" }),
    );
  });

  it("are compared with what was deployed, and with the sample", async () => {
    expect((await house.apps.configDiff(domain)).sinceDeploy).toBeNull();
    await deployNow(house);
    expect((await house.apps.configDiff(domain)).sinceDeploy?.changes).toEqual([]);
    house.apps.set("bo", domain, "TITLE", "Other");
    house.apps.set("bo", domain, "PORT", "8081");
    house.apps.unset("bo", domain, "SMTP_PASSWORD");
    const { sinceDeploy, againstSample } = await house.apps.configDiff(domain);
    expect(sinceDeploy?.changes).toEqual([
      { key: "TITLE", was: "Our notes", is: "Other" },
      { key: "SMTP_PASSWORD", was: "", is: undefined },
      { key: "PORT", was: undefined, is: "8081" },
    ]);
    expect(againstSample.changes.map(({ key }) => key)).toEqual(["TITLE", "SMTP_PASSWORD", "PORT"]);
  });

  it("do not show what looks secret, and a rotation counts as deployed", async () => {
    await deployNow(house);
    house.apps.note(domain, { id: "bakor", askedBy: "ana" }, "app.secret-rotated", {
      ...{ secret: "db_password", setting: "SECRET_DB_PASSWORD_VERSION", from: "v1", to: "v2" },
    });
    house.apps.setSecretVersion("ana", domain, "SECRET_DB_PASSWORD_VERSION", "v2");
    const { sinceDeploy } = await house.apps.configDiff(domain);
    expect(sinceDeploy?.changes).toEqual([]);
    house.db.sqlite.exec("update app set env = replace(env, 'SMTP_PASSWORD=', 'SMTP_PASSWORD=hunter22')");
    const diff = await house.apps.configDiff(domain);
    expect(diff.sinceDeploy?.changes).toEqual([{ key: "SMTP_PASSWORD", was: "", is: null }]);
    expect(JSON.stringify(diff)).not.toContain("hunter22");
    expect(JSON.stringify(house.apps.history(domain))).not.toContain("hunter22");
  });

  it("are checked: missing, unknown, empty, secrets that are not there, files that cannot be read", async () => {
    house.apps.unset("bo", domain, "SMTP_PASSWORD");
    house.apps.set("bo", domain, "TITEL", "x");
    house.apps.set("bo", domain, "TITLE", "");
    expect(await house.apps.configCheck(domain)).toMatchObject({
      missing: ["SMTP_PASSWORD"],
      unknown: ["TITEL"],
      empty: ["TITLE"],
      secrets: [
        { name: `${stack}_db_password_v1`, generate: true },
        { name: `${stack}_token_v1`, generate: true },
      ],
      faults: [],
    });
    house.apps.set("bo", domain, "COMPOSE_FILE", "compose.nowhere.yml");
    expect((await house.apps.configCheck(domain)).faults[0]).toContain("compose.nowhere.yml");
    expect(house.recipes.open.size).toBe(0);
  });
});

describe("secrets", () => {
  it("are listed with version and users, and what is left over", async () => {
    await deployNow(house);
    house.swarm.secrets.set(`${stack}_old_v1`, "x");
    expect(await house.apps.secrets(domain)).toMatchObject([
      { secret: "db_password", version: "v1", exists: true, usedBy: ["app"], generate: true },
      { secret: "token", version: "v1", exists: true, usedBy: ["app"] },
      { secret: null, name: `${stack}_old_v1`, usedBy: [] },
    ]);
  });

  it("are not rotated before they exist, nor under a name that is taken", async () => {
    const plan = (inserted = false) => house.apps.planRotate(domain, "db_password", inserted);
    await expect(plan()).rejects.toMatchObject({ code: "secret-not-made" });
    await deployNow(house);
    house.swarm.secrets.set(`${stack}_db_password_v2`, "of an earlier try");
    expect(await plan()).toMatchObject({ from: "v1", to: "v3", newName: `${stack}_db_password_v3` });
    expect(await plan(true)).toMatchObject({ to: "v2", generate: false });
    house.swarm.secrets.delete(`${stack}_db_password_v2`);
    await expect(plan(true)).rejects.toMatchObject({ code: "secret-not-inserted" });
    await expect(house.apps.planRotate(domain, "nothing", false)).rejects.toMatchObject({
      code: "secret-unknown",
    });
  });

  it("that exist are left as they are", async () => {
    expect(await house.apps.secretsToMake(domain)).toEqual([`${stack}_db_password_v1`, `${stack}_token_v1`]);
    await deployNow(house);
    expect(await house.apps.secretsToMake(domain)).toEqual([]);
    await expect(house.apps.secretsToMake(domain, "token")).rejects.toMatchObject({
      code: "secret-already-there",
    });
  });
});

describe("forms", () => {
  const tokenOf = (link: string): string => new URL(link).searchParams.get("token") ?? "";
  const open = (who = "mia", rotates = false): string =>
    tokenOf(house.secretForms.link(who, domain, "token", rotates));

  it("put one value in, once", async () => {
    const token = open();
    expect(house.secretForms.find(token)).toMatchObject({ app: domain, secret: "token", version: "v1" });
    expect(await house.secretForms.spend(token, "the value\n")).toMatchObject({ rotates: false });
    expect(house.swarm.secrets.get(`${stack}_token_v1`)).toBe("the value");
    expect(house.secretForms.find(token)).toBeUndefined();
    await expect(house.secretForms.spend(token, "another")).rejects.toMatchObject({
      code: "secret-form-spent",
    });
    expect(JSON.stringify(house.audit.list())).not.toContain("the value");
  });

  it("two at once put in one value", async () => {
    const token = open();
    const both = await Promise.allSettled([
      house.secretForms.spend(token, "first"),
      house.secretForms.spend(token, "second"),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("count for 15 minutes, for maintainers, and for the version that is set", async () => {
    const [late, member, moved] = [open(), open("ana"), open()];
    expect(house.secretForms.find(member)).toBeUndefined();
    house.apps.setSecretVersion("mia", domain, "SECRET_TOKEN_VERSION", "v7");
    expect(house.secretForms.find(moved)).toBeUndefined();
    house.apps.setSecretVersion("mia", domain, "SECRET_TOKEN_VERSION", "v1");
    await house.clock.turn(durationMs("15m"));
    expect(house.secretForms.find(late)).toBeUndefined();
    await expect(house.secretForms.spend(late, "x")).rejects.toMatchObject({ code: "secret-form-spent" });
  });

  it("can be sent again when the swarm did not take it", async () => {
    const token = open();
    house.swarm.failAt("createSecrets", new Error("gone"), { times: 1 });
    await expect(house.secretForms.spend(token, "x")).rejects.toThrow("gone");
    expect((await house.secretForms.spend(token, "x")).secret).toBe("token");
  });

  it("of the next version replace what was put in before and never used", async () => {
    await deployNow(house);
    const first = await house.secretForms.spend(open("mia", true), "first");
    expect(first).toMatchObject({ version: "v2", rotates: true });
    await house.secretForms.spend(open("mia", true), "second");
    expect(house.swarm.secrets.get(`${stack}_token_v2`)).toBe("second");
    await expect(house.secretForms.spend(open(), "x")).rejects.toMatchObject({
      code: "secret-already-there",
    });
  });

  it("take no empty value, and name the secrets there are", async () => {
    await expect(house.secretForms.spend(open(), "\n")).rejects.toMatchObject({ code: "secret-value-unfit" });
    expect(() => house.secretForms.link("mia", domain, "tokn", false)).toThrow(/tokn/);
  });
});

describe("commands inside", () => {
  const ask = { service: "app", argv: ["greet", "you"], isFunction: true };

  it("know the functions of the recipe, without its helpers", async () => {
    expect(readFunctions(abraScript)).toEqual(["greet", "migrate"]);
    expect((await house.apps.functions(domain)).functions).toEqual(["greet", "migrate"]);
    await expect(house.apps.planExec(domain, { ...ask, argv: ["rm"] })).rejects.toMatchObject({
      code: "function-unknown",
    });
    await expect(house.apps.planExec(domain, { ...ask, argv: ["_quietly"] })).rejects.toMatchObject({
      code: "function-unknown",
    });
  });

  it("hand words to a function as words, whatever stands in them", async () => {
    const plan = await house.apps.planExec(domain, { ...ask, argv: ["greet", "a; rm -rf /", "$(x)"] });
    expect(plan.words).toBe("greet 'a; rm -rf /' '$(x)'");
    await house.apps.exec(plan, new AbortController().signal);
    expect(house.swarm.containers.commands[0]).toMatch(/abra greet a; rm -rf \/ \$\(x\)$/);
  });

  it("want a yes unless the settings say that none is needed", async () => {
    expect((await house.apps.planExec(domain, ask)).asks).toBe(true);
    const free = openHouse({ execApproval: false });
    await register(free);
    expect((await free.apps.planExec(domain, ask)).asks).toBe(false);
    free.db.close();
  });
});
