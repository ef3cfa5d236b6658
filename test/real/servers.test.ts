/**
 * A server over SSH from the room and back: met, agreed to, used by every command that an app knows, with another host
 * key, and taken out again. The whole house, a real sshd, a real engine behind it.
 */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Shown } from "../../src/chat/console.ts";
import { ana, bo, cleo, openStage, type Stage } from "../house/stage.ts";
import { useDocker } from "./docker/index.ts";
import { freePort } from "./docker/registry.ts";
import { buildPage, recipe } from "./house/image.ts";
import { haveSshd, startSshd, type TestSshd } from "./ssh/sshd.ts";

const docker = haveSshd() ? await useDocker({ images: false }) : undefined;
const patienceMs = 40_000;

describe.skipIf(docker === undefined)("a server over SSH, from the room", { timeout: 180_000 }, () => {
  if (docker === undefined) return;
  const app = `${docker.stackName("far")}.example.coop`;
  const image = `${docker.prefix}custom-html:1.0.0`;
  let sshd: TestSshd;
  let stage: Stage;
  let port = 0;

  const seen = async (pattern: RegExp, after = 0): Promise<Shown> => {
    try {
      return await stage.chat.seen(pattern, { after, timeoutMs: patienceMs });
    } catch (thrown) {
      const said = stage.chat.board
        .all()
        .slice(after)
        .map(({ text }) => text);
      throw new Error(`${String(thrown)} What was said instead:\n${said.join("\n---\n")}`, { cause: thrown });
    }
  };
  /** Says it and answers the first message of the bot after it that matches. */
  const ask = async (person: typeof ana, text: string, pattern: RegExp): Promise<Shown> => {
    const after = stage.chat.board.all().length;
    stage.chat.say(person, `!tandem ${text}`);
    return seen(pattern, after);
  };
  /** A grave question is agreed to in words that name its subject. */
  const agree = async (
    person: typeof ana,
    { text }: Shown,
    subject: string,
    pattern: RegExp,
  ): Promise<Shown> => {
    const run = /Run `([a-z]{5})`|approve ([a-z]{5})/.exec(text)?.slice(1).find(Boolean) ?? "";
    return ask(person, `approve ${run} ${subject}`, pattern);
  };

  beforeAll(async () => {
    sshd = await startSshd();
    await buildPage(docker.docker, image);
    port = await freePort();
    stage = await openStage({ recipes: { "custom-html": path.resolve(recipe) } });
  });
  afterAll(async () => {
    await stage.stop();
    await docker.docker.getImage(image).remove({ force: true });
    await sshd.stop();
    await docker.stop();
  });

  it("is met: its host key is shown, agreed to by another, and pinned", async () => {
    const words = `--user ${sshd.user} --key-file ${sshd.keyFile} --socket ${docker.socketPath}`;
    const nobody = await ask(cleo, `server add swarm-2 127.0.0.1 --port 1 ${words}`, /nothing listens there/);
    expect(nobody.text).toContain("127.0.0.1");
    const asked = await ask(cleo, `server add swarm-2 127.0.0.1 --port ${sshd.port} ${words}`, /SHA256:/);
    expect(asked.text).toContain(sshd.hostKey);
    const own = await agree(cleo, asked, "swarm-2", /You asked for run/);
    expect(own.text).toContain("It takes somebody else to agree.");
    const added = await agree(bo, asked, "swarm-2", /swarm-2 is a server of ours now/);
    expect(added.text).toContain("app new <recipe> <domain> --server swarm-2");
    expect((await ask(ana, "server list", /swarm-2/)).text).toContain("swarm-2 · 127.0.0.1 · 0 apps");
    expect((await ask(bo, "server show swarm-2", /swarm-2/)).text).toContain(sshd.hostKey);
    expect((await ask(bo, "server check swarm-2", /swarm-2/)).text).not.toContain("not there");
  });

  it("has an app deployed to it, which is looked at, run in, copied from, restarted and upgraded", async () => {
    await ask(ana, `app new custom-html ${app} --server swarm-2`, /is a custom-html now/);
    await ask(bo, `app set ${app} PORT ${port}`, /PORT/);
    await ask(bo, `app set ${app} IMAGE ${image}`, /IMAGE/);
    const asked = await ask(ana, `app deploy ${app} 1.0.0+1.0.0`, /Deploy .+ with custom-html/);
    stage.chat.react(bo, asked.eventId, "✅");
    await seen(/runs 1\.0\.0\+1\.0\.0, healthy after/);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain(`This is ${app}.`);

    expect((await ask(ana, "app list", new RegExp(app))).text).toMatch(/running/);
    expect((await ask(ana, `app ps ${app}`, /services run/)).text).toContain("1 of 1");
    await ask(ana, `app logs ${app}`, new RegExp(app));
    const run = await ask(bo, `app run ${app} app -- /bin/busybox echo over-ssh`, /Run this in app/);
    stage.chat.react(cleo, run.eventId, "✅");
    expect((await seen(/has run in app/)).text).toContain("over-ssh");
    const copy = await ask(bo, `app cp ${app} app:/etc/hosts`, /Copy app:\/etc\/hosts/);
    stage.chat.react(cleo, copy.eventId, "✅");
    await seen(/app:\/etc\/hosts of .+ bytes/);
    const restart = await ask(bo, `app restart ${app}`, /[Rr]estart/);
    if (restart.isQuestion) stage.chat.react(cleo, restart.eventId, "✅");
    await seen(/restarted|healthy after/, restart.number - 1);

    const upgrade = await ask(ana, `app upgrade ${app} 1.1.0+1.0.0`, /Upgrade .+ to 1\.1\.0/);
    // Its notes speak of work by hand, so it takes two.
    for (const person of [bo, cleo]) stage.chat.react(person, upgrade.eventId, "✅");
    await seen(/runs 1\.1\.0\+1\.0\.0, healthy after/);
    const back = await ask(bo, `app rollback ${app} 1.0.0+1.0.0`, /Roll .+ back/);
    stage.chat.react(cleo, back.eventId, "✅");
    await seen(/runs 1\.0\.0\+1\.0\.0, healthy after/, back.number);
  });

  it("shows another host key: nothing is said to it until the new one is agreed to", async () => {
    await sshd.kill();
    const before = sshd.hostKey;
    await sshd.start({ newHostKey: true });
    expect((await ask(bo, "server check swarm-2", /host key/)).text).toContain(sshd.hostKey);
    const refused = await ask(ana, `app ps ${app}`, /host key/);
    expect(refused.text).toContain(before);
    const asked = await ask(cleo, "server rotate-key swarm-2", /SHA256:/);
    expect(asked.text).toContain(sshd.hostKey);
    await agree(bo, asked, "swarm-2", /new host key|is pinned|from now on/);
    expect((await ask(ana, `app ps ${app}`, /services run/)).text).toContain("1 of 1");
  });

  it("is not taken out while an app is on it, and is when that is gone", async () => {
    expect((await ask(cleo, "server remove swarm-2", /swarm-2/)).text).toContain(app);
    const gone = await ask(bo, `app remove ${app}`, /for good, with all its data/);
    await agree(cleo, gone, app, new RegExp(`${app} is removed`));
    const left = (await docker.docker.listServices()).filter(({ Spec }) =>
      Spec?.Name?.startsWith(docker.prefix),
    );
    expect(left).toEqual([]);
    const asked = await ask(cleo, "server remove swarm-2", /Take .*swarm-2|Remove .*swarm-2|swarm-2.+\?/);
    stage.chat.react(bo, asked.eventId, "✅");
    await seen(/swarm-2 is (no server|not a server|out)|no longer/, asked.number);
    expect((await ask(ana, "server list", /server/)).text).not.toContain("swarm-2");
  });
});
