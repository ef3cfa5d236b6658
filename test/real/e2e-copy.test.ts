/**
 * A file sent into an encrypted room, replied to, agreed to by reaction, and read back out of the container: the real
 * program with a real homeserver and a real Swarm. While people think the program is killed.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MatrixEvent } from "matrix-js-sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { replyTo, seal, upload } from "./attachment.ts";
import { useDocker } from "./docker/index.ts";
import {
  expectAllReadable,
  patience,
  repliesTo,
  rings,
  saidInTheClear,
  textOf,
  type Gathering,
  type Talk,
} from "./house/gathering.ts";
import { openPageHouse, type PageHouse } from "./house/page-house.ts";
import type { Installation, Program } from "./house/program.ts";
import { openRecords } from "./house/records.ts";
import { useSynapse, type TestUser } from "./synapse/index.ts";

const docker = await useDocker({ images: false });
const synapse = docker === undefined ? undefined : await useSynapse();
const names = ["ana", "bo", "cleo"] as const;
type Name = (typeof names)[number];

describe.skipIf(synapse === undefined || docker === undefined)(
  "a file from the room into a container",
  () => {
    if (synapse === undefined || docker === undefined) return;
    const { url } = synapse;
    const app = `${docker.stackName("copied")}.example.coop`;
    const operators = ["ana"] as const;
    const maintainers = ["bo", "cleo"] as const;
    let house: PageHouse<Name>;
    let says: Record<Name, Talk>;
    let bot: TestUser;
    let people: Gathering<Name>;
    let home: Installation;
    let program: Program;
    let room: string;
    let page: string;

    beforeAll(async () => {
      const host = "ana";
      house = await openPageHouse({ synapse, docker, app, names, operators, maintainers, host });
      ({ bot, people, home, program, room, says } = house);
      page = await house.makeApp(says.ana);
      const deploy = await says.ana.say(`app deploy ${app}`);
      await people.bo.react(room, (await questionAbout(/Deploy/)).getId() ?? "", "✅");
      await says.ana.reply(deploy, /healthy after/);
    }, 240_000);
    afterAll(async () => {
      await house.stop(program);
    });

    const questionAbout = (what: RegExp): Promise<MatrixEvent> =>
      vi.waitUntil(
        () =>
          people.cleo
            .messages(room, bot.userId)
            .find((event) => what.test(textOf(event)) && textOf(event).includes("To agree: react")),
        patience,
      );
    /** Bo sends a file as his client encrypts it. */
    async function send(name: string, bytes: Buffer): Promise<string> {
      const { sealed, info } = seal(bytes);
      const file = { ...info, url: await upload(url, people.bo, sealed) };
      return people.bo.say(room, name, {
        msgtype: "m.file",
        filename: name,
        file,
        info: { size: bytes.length },
      });
    }
    const reply = (eventId: string, words: string): Promise<string> =>
      people.bo.say(room, `!tandem ${words}`, replyTo(eventId));
    const parcels = (): Buffer[] => {
      const folder = path.join(home.folder, "data/parcels");
      return readdirSync(folder).map((name) => readFileSync(path.join(folder, name)));
    };
    const html = "<h1>Planted in the file 4471: grüße 🚲</h1>\n";

    test(
      "is asked about, and while the program is killed nothing goes in",
      { timeout: 120_000 },
      async () => {
        const command = await reply(
          await send("hello.html", Buffer.from(html)),
          `app cp ${app} app:/srv/hello.html`,
        );
        const question = await questionAbout(/Put `hello\.html`/);
        const text = textOf(question);
        expect(text).toContain(
          `Put \`hello.html\`, ${Buffer.byteLength(html)} bytes, into app:/srv/hello.html of ${app}?`,
        );
        expect(text).toContain(`Sent by ${people.bo.userId}.\n`);
        expect(text).toContain("Nothing stands there under that name yet.");
        expect(rings(question)).toEqual([people.cleo.userId]);
        // Whoever asked has no voice.
        await people.bo.react(room, question.getId() ?? "", "✅");
        await says.bo.reply(question.getId() ?? "", /You asked for this yourself/);
        expect((await fetch(`${page}hello.html`)).status).toBe(404);

        expect(await program.end("SIGKILL")).toBe("SIGKILL");
        program = home.start();
        await program.up;
        await people.cleo.react(room, question.getId() ?? "", "✅");
        await says.bo.reply(command, /The file is in app:\/srv\/hello\.html/);
        expect(await (await fetch(`${page}hello.html`)).text()).toBe(html);
      },
    );

    test(
      "comes back out as it went in, and over what stands there it says so",
      { timeout: 120_000 },
      async () => {
        const out = await says.bo.say(`app cp ${app} app:/srv/hello.html`);
        await people.cleo.react(
          room,
          (await questionAbout(/Copy app:\/srv\/hello\.html/)).getId() ?? "",
          "✅",
        );
        await says.bo.reply(out, /app:\/srv\/hello\.html of .* bytes:/);
        const file = await vi.waitUntil(
          () =>
            repliesTo(people.bo, room, bot.userId, out).find(
              (event) => event.getOriginalContent()["msgtype"] === "m.file",
            ),
          patience,
        );
        // The bot's own file can be replied to as well.
        await reply(file.getId() ?? "", `app cp ${app} app:/srv/hello.html`);
        const question = await questionAbout(/Put `hello\.html`.*\n\n- Sent by @tandem/);
        expect(textOf(question)).toContain(
          `under that name, ${Buffer.byteLength(html)} bytes, is overwritten.`,
        );
        expect(textOf(question)).toContain(createHash("sha256").update(html).digest("hex"));
        await people.cleo.react(room, question.getId() ?? "", "❌");
      },
    );

    test(
      "one that is too large is refused in words, and a reply to words copies out",
      { timeout: 120_000 },
      async () => {
        const before = parcels().length;
        const large = await send("large.bin", Buffer.alloc(10 * 1024 * 1024 + 1));
        const refused = await reply(large, `app cp ${app} app:/srv/large.bin`);
        await says.bo.reply(refused, /The file large\.bin is larger than 10 MB\./);
        expect(parcels()).toHaveLength(before);
        const words = await people.ana.say(room, "shall we look at it?");
        await reply(words, `app cp ${app} app:/srv/other.html`);
        await questionAbout(/Copy app:\/srv\/other\.html of .* into this room\?/);
      },
    );

    test("its bytes are in no message in the clear, no table and no log", async () => {
      expect((await saidInTheClear(url, people.ana, room, bot.userId)).clear).toEqual([]);
      expectAllReadable(Object.values(people), room);
      expect(await program.end("SIGTERM")).toBe(0);
      expect(program.log()).not.toContain("Planted in the file");
      const records = openRecords(home.folder);
      expect(records.chain()).toBeGreaterThan(10);
      expect(records.audited("app.copied").map(({ details }) => details["way"])).toEqual(["in", "out"]);
      for (const table of ["run", "step", "audit", "outbox", "inbox", "approval"])
        expect(JSON.stringify(records.rows(`select * from "${table}"`))).not.toContain("Planted in the file");
      records.close();
    });
  },
);
