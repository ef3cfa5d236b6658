import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { RepositoryName } from "../src/core/backup-terms.ts";
import { hashOf } from "../src/core/canonical.ts";
import { AbsolutePath } from "../src/core/server-terms.ts";
import { ServerName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";
import { hostKeyWords, type HostKey } from "./parts/host-key.ts";

export const Wish = z.strictObject({
  name: RepositoryName,
  location: z.string().min(1).max(1000),
  server: ServerName.nullable(),
  passwordFile: AbsolutePath,
  keyFile: AbsolutePath.nullable(),
  credentialsFile: AbsolutePath.nullable(),
});
export type Wish = z.output<typeof Wish>;

/**
 * Makes a repository known. The host key of an sftp server is read without believing it; people agree; only then it is
 * opened, or made where there is none.
 */
export default workflow({
  input: Wish,
  lock: ({ name }) => `repository ${name}`,
  outline: ["look", "approval", "open it", "write it down"],

  async run({ step, tx, approval, backups, run }, wish) {
    const { name, location } = wish;
    const shown = await step("look", () => {
      backups.assertAddable(wish);
      return backups.probeRepository(wish);
    });
    const repository = { ...wish, hostKey: shown?.line ?? null };
    await approval({
      ask: question(wish, shown),
      from: "maintainer",
      weight: shown === null ? "ordinary" : "grave",
      binds: hashOf(repository),
      subject: name,
    });
    const seen = await step("open it", () => backups.openRepository(repository, run.id, true));
    const known = seen.known ?? [];
    await tx("write it down", () => backups.addRepository(run.askedBy ?? "schedule", repository, known));
    const held = seen.snapshots === 1 ? "one snapshot" : `${seen.snapshots} snapshots`;
    return say(
      seen.isNew
        ? `${name} is a repository of ours now: a new, empty one was made at ${location}.`
        : `${name} is a repository of ours now: there was one at ${location} already, with ${held}.`,
      {
        list: [
          `**Keep a copy of \`${wish.passwordFile}\` elsewhere**: without the password nobody can read the backups.`,
          ...backWords(known.length),
          ...seen.locks.map((lock) => `Mind: it has ${lock}.`),
        ],
        next: `To have an app backed up there: \`backup policy <app> --repository ${name}\``,
      },
    );
  },
});

/** It was taken out of Tandem before. */
function backWords(count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? "One backup in it, which Tandem knew before it was taken out, counts again."
      : `${count} backups in it, which Tandem knew before it was taken out, count again.`,
  ];
}

function question({ name, location, server, passwordFile, keyFile }: Wish, shown: HostKey | null): Message {
  const from = server === null ? "every server reaches it" : `only ${server} reaches it`;
  return say(`Keep backups in the repository ${name} at ${location}?`, {
    list: [
      `The data of apps, their settings and the values of their secrets go there, encrypted; ${from}.`,
      `The password is the one in \`${passwordFile}\` on this machine.`,
      ...(shown === null ? [] : hostKeyWords(shown, keyFile)),
    ],
  });
}
