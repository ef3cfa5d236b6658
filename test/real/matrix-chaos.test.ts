import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { openInbox } from "../../src/chat/inbox.ts";
import { openDb } from "../../src/db/index.ts";
import { botFolder } from "./matrix-bot.ts";
import { startMember, type Member } from "./matrix-member.ts";
import { useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const commands = 200;
const kills = 20;

describe.skipIf(synapse === undefined)("Matrix, killed again and again", () => {
  if (synapse === undefined) return;
  const { url } = synapse;
  const folder = botFolder();
  const devices = new Set<string>();
  /** The processes that came up, by how many were killed before them. */
  const upAfter = new Set<number>();
  let started = 0;
  let botUser: TestUser;
  let bo: Member;

  beforeAll(async () => {
    botUser = await synapse.user("tandem");
    bo = await startMember(url, await synapse.user("bo"));
  });
  afterAll(async () => {
    bo.stop();
    await synapse.stop();
  });

  function start(): ChildProcess {
    const settings = { url, accessToken: botUser.accessToken, folder };
    const script = path.join(import.meta.dirname, "chaos-bot.ts");
    const order = started++;
    const child = spawn(process.execPath, [script, JSON.stringify(settings)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { id, fingerprint } = JSON.parse(line) as { id: string; fingerprint: string };
      devices.add(`${id} ${fingerprint}`);
      upAfter.add(order);
    });
    return child;
  }

  /** Until the process that was started after `kills` kills says that it is up. */
  async function waitForUp(order: number): Promise<void> {
    for (let waited = 0; !upAfter.has(order) && waited < 30_000; waited += 20) await sleep(20);
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  test(
    `of ${commands} commands with ${kills} kills, each is answered exactly once and all can be read`,
    { timeout: 240_000 },
    async () => {
      let bot = start();
      // A new room key every 20 messages, so that kills also hit the sharing of keys.
      const room = await bo.room([botUser.userId], { rotationMessages: 20 });
      let killed = 0;
      const killing = (async () => {
        while (killed < kills) {
          // By turns while it starts (or wherever it is by then), and while it works.
          if (killed % 2 === 1) await waitForUp(killed);
          await sleep(killed % 2 === 1 ? randomInt(1500) : 200 + randomInt(1800));
          await end(bot, "SIGKILL");
          killed++;
          bot = start();
        }
      })();
      for (let n = 0; n < commands; n++) {
        await bo.say(room, `!echo answer ${n}.`);
        await sleep(80);
      }
      await killing;
      const answers = (): string[] =>
        bo.messages(room, botUser.userId).map((event) => String(event.getContent()["body"]));
      for (let waited = 0; waited < 60_000 && new Set(answers()).size < commands; waited += 100)
        await sleep(100);
      // A second answer would come now.
      await sleep(2000);
      await end(bot, "SIGTERM");

      const counts = new Map<string, number>();
      for (const answer of answers()) counts.set(answer, (counts.get(answer) ?? 0) + 1);
      const expected = Array.from({ length: commands }, (_, n) => `answer ${n}.`);
      expect(expected.filter((answer) => !counts.has(answer))).toEqual([]);
      expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
      expect(counts.size).toBe(commands);
      expect(bo.unreadable(room)).toEqual([]);
      expect(killed).toBe(kills);
      expect(devices.size).toBe(1);
      expect(upAfter.size).toBeGreaterThanOrEqual(kills / 2);
      console.log(
        `chaos: ${kills} kills, up ${upAfter.size} times between them, ${commands} commands each answered once`,
      );

      const db = openDb(path.join(folder, "tandem.db"));
      const inbox = openInbox({ db, clock: systemClock });
      expect(inbox.unreadable()).toEqual([]);
      expect(inbox.setAside()).toEqual([]);
      const heard = db.sqlite
        .prepare("select count(*) from inbox where event like '%!echo answer%'")
        .pluck()
        .get();
      expect(heard).toBe(commands);
      const undecryptable = db.sqlite
        .prepare("select count(*) from inbox where event like '%\"undecryptable\"%'")
        .pluck();
      expect(undecryptable.get()).toBe(0);
      db.close();
    },
  );
});
