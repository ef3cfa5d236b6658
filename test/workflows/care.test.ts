/** What people read when an app is cared for: questions, outcomes, and what went wrong. */
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openParcels } from "../../src/apps/index.ts";
import type { Trust } from "../../src/chat/transport.ts";
import { sha256 } from "../../src/core/canonical.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { secretInUse } from "../../src/core/problems/swarm.ts";
import { MatrixId } from "../../src/core/terms.ts";
import type { SentFiles } from "../../src/house/sent-files.ts";
import copy from "../../workflows/copy.ts";
import afterDeploy from "../../workflows/after-deploy.ts";
import deploy from "../../workflows/deploy.ts";
import exec from "../../workflows/exec.ts";
import functions from "../../workflows/functions.ts";
import removeApp from "../../workflows/remove.ts";
import restart from "../../workflows/restart.ts";
import generate from "../../workflows/secret/generate.ts";
import removeSecret from "../../workflows/secret/remove.ts";
import rotate from "../../workflows/secret/rotate.ts";
import { deployNow, domain, openHouse, register, stack, type House } from "../apps/house.ts";
import { expectGolden } from "../golden.ts";
import { remove, temporaryFolder } from "../recipes/repository.ts";
import { tell } from "./telling.ts";

const app = domain;
const command = { app, service: "app", argv: ["ls", "-l", "my files"], isFunction: false };
let house: House;
beforeEach(async () => {
  house = openHouse();
  await register(house);
});
afterEach(() => house.db.close());

describe("from the first secret to the end", () => {
  it("tells the story of the golden file", async () => {
    const told = [await tell(house, generate, { app }), await tell(house, generate, { app })];
    await deployNow(house);
    told.push(await tell(house, rotate, { app, secret: "db_password" }));
    told.push(await tell(house, restart, { app, service: "app" }));
    house.swarm.containers.answer = { exitCode: 0, output: "total 0\n" };
    told.push(await tell(house, exec, command));
    house.swarm.containers.answer = { exitCode: 3, output: "" };
    told.push(
      await tell(house, exec, { ...command, argv: ["greet", "you"], isFunction: true, user: "www-data" }),
    );
    told.push(await tell(house, functions, { app }));
    house.swarm.secrets.set(`${stack}_old_v1`, "x");
    told.push(await tell(house, removeSecret, { app }));
    told.push(await tell(house, removeSecret, { app }));
    told.push(await tell(house, removeApp, { app }));
    expect(told.map(({ status }) => status)).toEqual(told.map(() => "done"));
    expect(told.map(({ asked }) => asked.map(({ weight }) => weight).join())).toEqual([
      "",
      "",
      "ordinary",
      "",
      "ordinary",
      "ordinary",
      "",
      "grave",
      "",
      "grave",
    ]);
    expectGolden("messages/care.txt", told.map(({ text }) => text).join("\n---\n\n"));
    expect([house.swarm.secrets.size, house.swarm.volumes.size, house.apps.list().length]).toEqual([0, 0, 0]);
    expect(house.apps.history(app)).toHaveLength(1);
  });

  it("and of what does not go well", async () => {
    await deployNow(house);
    const told = [await tell(house, removeSecret, { app, secret: "token" })];
    told.push(await tell(house, exec, { ...command, argv: ["rm"], isFunction: true }));
    told.push(await tell(house, exec, command, () => false));
    house.swarm.verdict = {
      ...{ outcome: "failed", reason: "app ended with exit code 1 twice.", seconds: 7 },
      lastLines: ["FATAL: password authentication failed"],
    };
    told.push(await tell(house, restart, { app }));
    told.push(await tell(house, rotate, { app, secret: "db_password" }));
    expectGolden("messages/care-failed.txt", told.map(({ text }) => text).join("\n---\n\n"));
    expect(told.map(({ status }) => status)).toEqual(["failed", "failed", "failed", "failed", "undone"]);
    expect([...house.swarm.secrets.keys()].sort()).toEqual([`${stack}_db_password_v1`, `${stack}_token_v1`]);
    expect(house.apps.envOf(app)).toContain("SECRET_DB_PASSWORD_VERSION=v1 # length=40 charset=hex");
  });
});

describe("a rotation", () => {
  it("keeps the settings as they are but for the version, and the spec but for the secret", async () => {
    await deployNow(house);
    const env = house.apps.envOf(app);
    const spec = JSON.stringify(house.swarm.running.get(stack)?.get("app"));
    await tell(house, rotate, { app, secret: "db_password" });
    expect(house.apps.envOf(app)).toBe(env.replace("PASSWORD_VERSION=v1", "PASSWORD_VERSION=v2"));
    expect(JSON.stringify(house.swarm.running.get(stack)?.get("app"))).toBe(
      spec.replace("db_password_v1", "db_password_v2"),
    );
    expect(house.swarm.secrets.get(`${stack}_db_password_v2`)).toMatch(/^[0-9a-f]{40}$/);
  });

  it("whose value was put in by hand takes that, and a no takes it away again", async () => {
    await deployNow(house);
    await house.apps.putSecret(app, "token", "v2", "by hand");
    const no = await tell(house, rotate, { app, secret: "token", inserted: true }, () => false);
    expect(no.problem?.code).toBe("approval-declined");
    expect(house.swarm.secrets.has(`${stack}_token_v2`)).toBe(false);
    await house.apps.putSecret(app, "token", "v2", "by hand");
    expect((await tell(house, rotate, { app, secret: "token", inserted: true })).status).toBe("done");
    expect(house.swarm.secrets.get(`${stack}_token_v2`)).toBe("by hand");
    expect(house.swarm.secrets.has(`${stack}_token_v1`)).toBe(false);
  });

  it("says so when the old secret cannot be removed, and stays", async () => {
    await deployNow(house);
    house.swarm.failAt("removeSecrets", secretInUse({ name: `${stack}_token_v1`, services: ["other_app"] }));
    const told = await tell(house, rotate, { app, secret: "token" });
    expect(told.status).toBe("done");
    expect(told.text).toContain(`the old secret ${stack}_token_v1 is still there`);
  });
});

describe("commands after a deploy", () => {
  const others = { others: { "after-deploy": afterDeploy } };
  const deployed = (version?: string) => tell(house, deploy, { app, version }, () => true, others);

  it("are named in the question and run when it is up", async () => {
    house.apps.set("bo", app, "POST_DEPLOY_CMDS", "app greet you|app migrate");
    house.apps.set("bo", app, "POST_UPGRADE_CMDS", "app migrate all");
    const told = await deployed();
    expect(told.text).toContain("then run `greet you` in app");
    expect(told.text).toContain("- `app greet you` has run\n- `app migrate` has run");
    expect(house.swarm.containers.commands).toHaveLength(2);
    const upgrade = await deployed("1.1.0+1.1");
    expect(upgrade.text).toContain("`app migrate all` has run");
    const back = await deployed("1.0.0+1.0");
    expect(back.text).not.toContain("has run");
  });

  it("that fail are told: the app is deployed, but", async () => {
    house.apps.set("bo", app, "POST_DEPLOY_CMDS", "app greet you|app migrate");
    house.swarm.containers.answer = { exitCode: 7, output: "no such table\n" };
    const told = await deployed();
    expect(told.status).toBe("done");
    expectGolden("messages/deploy-but.txt", told.text);
    expect(house.apps.history(app)[0]?.outcome).toBe("converged");
  });

  it("that the recipe does not know are told as well", async () => {
    house.apps.set("bo", app, "POST_DEPLOY_CMDS", "app nonsense");
    const told = await deployed();
    expect(told.status).toBe("done");
    expect(told.text).toContain("defines no function nonsense");
  });
});

it("a command whose run was cut off is not begun again", async () => {
  await deployNow(house);
  house.swarm.failAt("exec", new Error("the connection broke"), { times: 1 });
  const told = await tell(house, exec, command);
  expect(told.status).toBe("failed");
  expect(house.swarm.calls.exec).toBe(1);
});

describe("a file", () => {
  const file = (path: string): string | undefined =>
    house.swarm.containers.files.get(`${stack}/app:${path}`)?.toString();
  interface Held {
    name: string;
    content: string;
    trust: Trust;
  }
  /** A room in which one message can be replied to, which is a file or not. */
  const roomWith = (holds: Held | null): SentFiles & { holds: Held | null } => ({
    holds,
    fetch({ room, eventId }, { key }) {
      expect([room, eventId]).toEqual(["!room", "$file"]);
      if (this.holds === null) return Promise.resolve(null);
      const { name, content, trust } = this.holds;
      const parcel = house.parcels.keep(key, Buffer.from(content));
      const sender = MatrixId.parse("@bo:example.coop");
      return Promise.resolve({ name, bytes: content.length, sender, trust, parcel });
    },
  });

  it("comes out of a container beside the message, and goes in from what was handed in", async () => {
    await deployNow(house);
    const bytes = Buffer.from([0, 255, 1, 128]);
    house.swarm.containers.files.set(`${stack}/app:/srv/logo.png`, bytes);
    const out = await tell(house, copy, { app, service: "app", path: "/srv/logo.png" });
    const { attachment } = out.output as { attachment: { name: string; text: string; parcel: string } };
    expect(attachment.name).toBe("logo.png");
    expect(house.parcels.read(attachment.parcel)).toEqual(bytes);
    const put = house.parcels.keep("handed in", Buffer.from("new"));
    const into = await tell(house, copy, { app, service: "app", path: "/srv/logo.png", put });
    expect(file("/srv/logo.png")).toBe("new");
    const folder = await tell(house, copy, { app, service: "app", path: "/srv/a/../", put });
    expect(file("/srv/file")).toBe("new");
    const no = await tell(house, copy, { app, service: "app", path: "/srv/x", put: "logo.png" });
    const nowhere = await tell(house, copy, { app, service: "app", path: "/srv/nowhere" });
    house.swarm.containers.others.set(`${stack}/app:/srv/html`, "folder");
    const over = await tell(house, copy, { app, service: "app", path: "/srv/html", put });
    const told = [out, into, folder, no, nowhere, over];
    expectGolden("messages/copies.txt", told.map(({ text }) => text).join("\n---\n\n"));
    expect(told.map(({ status }) => status)).toEqual(["done", "done", "done", "failed", "failed", "failed"]);
    expect(over.asked).toEqual([]);
  });

  it("that was sent into the room goes in; what else was replied to changes nothing", async () => {
    await deployNow(house);
    house.swarm.containers.files.set(`${stack}/app:/srv/index.html`, Buffer.from("old page"));
    house.swarm.containers.others.set(`${stack}/app:/srv/link`, "link");
    house.swarm.containers.others.set(`${stack}/app:/srv/pipe`, "other");
    const sentFiles = roomWith({ name: "page.html", content: "new page", trust: "verified" });
    const sent = { room: "!room", eventId: "$file" };
    const into = (path: string) => tell({ ...house, sentFiles }, copy, { app, service: "app", path, sent });
    const told = [await into("/srv/index.html")];
    expect(file("/srv/index.html")).toBe("new page");
    expect(told[0]?.asked.map(({ weight, from }) => [weight, from])).toEqual([["ordinary", "maintainer"]]);
    sentFiles.holds = { name: "a **large** <page> & more", content: "", trust: "unverified" };
    told.push(await into("/srv/link"));
    sentFiles.holds = { name: "page.html", content: "new page", trust: "clear" };
    told.push(await into("/srv/pipe"), await into("/srv/new.html"));
    sentFiles.holds = null;
    told.push(await into("/srv/new.html"));
    expectGolden("messages/sent-files.txt", told.map(({ text }) => text).join("\n---\n\n"));
    expect(told.map(({ status }) => status)).toEqual(told.map(() => "done"));
    const rows = house.audit.list({ subject: app }).filter(({ what }) => what === "app.copied");
    expect(rows.map(({ details }) => details).at(-1)).toMatchObject({
      where: "app:/srv/index.html",
      way: "in",
      name: "page.html",
      sender: "@bo:example.coop",
      bytes: 8,
      content: sha256("new page"),
    });
  });

  it("is asked about anew when what stands there is another kind of thing by then", async () => {
    await deployNow(house);
    const put = house.parcels.keep("handed in", Buffer.from("new"));
    const told = await tell(house, copy, { app, service: "app", path: "/srv/x", put }, (_ask, n) => {
      if (n === 1) house.swarm.containers.files.set(`${stack}/app:/srv/x`, Buffer.from("came meanwhile"));
      return true;
    });
    expect(told.asked.map(({ binds }) => binds)).toHaveLength(2);
    expect(told.text).toContain("so it needs new voices. Put a file of 3 bytes into app:/srv/x");
    expect(told.text).toContain("What stands there under that name, 14 bytes, is overwritten.");
    expect(told.status).toBe("done");
  });

  it("is put in only with the content that was agreed to", async () => {
    await deployNow(house);
    const put = house.parcels.keep("handed in", Buffer.from("new"));
    const input = { app, service: "app", path: "/srv/x", put };
    const { binds } = (await tell(house, copy, input, () => false)).asked[0] ?? {};
    house.parcels.keep("handed in", Buffer.from("NEW"));
    expect((await tell(house, copy, input, () => false)).asked[0]?.binds).not.toBe(binds);
    const plan = await house.apps.planCopy(app, { service: "app", path: "/srv/x", put });
    house.parcels.keep("handed in", Buffer.from("other"));
    await expect(house.apps.copyIn(plan, put)).rejects.toMatchObject({ code: "parcel-changed" });
    expect(file("/srv/x")).toBeUndefined();
  });

  it("waits for a day in a folder of its own, under names that are made there", async () => {
    const folder = temporaryFolder();
    const clock = new FakeClock(Date.now());
    const parcels = openParcels(path.join(folder, "parcels"), clock);
    const id = parcels.keep("a", Buffer.from("bytes"));
    expect(parcels.keep("a", Buffer.from("bytes"))).toBe(id);
    expect(parcels.read(id)?.toString()).toBe("bytes");
    expect(parcels.read("../../etc/passwd")).toBeUndefined();
    expect(parcels.read("0".repeat(32))).toBeUndefined();
    await clock.turn(25 * 3_600_000);
    parcels.keep("b", Buffer.from("later"));
    expect(parcels.read(id)).toBeUndefined();
    remove(folder);
  });
});

it("long output goes along as a file", async () => {
  await deployNow(house);
  const output = Array.from({ length: 40 }, (_, n) => `line ${n + 1}`).join("\n");
  house.swarm.containers.answer = { exitCode: 0, output };
  const told = await tell(house, exec, command);
  expect(told.output).toMatchObject({ attachment: { name: `${app}-app.txt`, text: output } });
  expect(told.text).not.toContain("line 10\n");
});
