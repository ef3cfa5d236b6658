import { say, type Message } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { repositoryIsAnother } from "../src/core/problems/backup-care.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import { hostKeyWords, type HostKey } from "./parts/host-key.ts";
import { Wish } from "./repository-add.ts";

type Known = Pick<ReturnType<Trades["backups"]["repository"]>, "location" | "hostKey"> & {
  /** Whether there is anything by which it can be told from another one. */
  hasBackups: boolean;
};

/**
 * Lets a repository be found elsewhere, or be opened by other files. It has to be the same one: after people have
 * agreed it is opened there, and every backup that Tandem knows in it has to be in it.
 */
export default workflow({
  input: Wish,
  lock: ({ name }) => `repository ${name}`,
  outline: ["look", "approval", "open it", "write it down"],

  async run({ step, tx, approval, backups, run }, wish) {
    const { name, location } = wish;
    const { known, shown } = await step("look", async () => {
      backups.assertChangeable(wish);
      const { location: from, hostKey } = backups.repository(name);
      const hasBackups = backups
        .list()
        .some(({ repository, state }) => repository === name && (state === "proven" || state === "doubtful"));
      return { known: { location: from, hostKey, hasBackups }, shown: await backups.probeRepository(wish) };
    });
    const repository = { ...wish, hostKey: shown?.line ?? null };
    const isNewKey = shown !== null && shown.line !== known.hostKey;
    await approval({
      ask: question(wish, known, isNewKey ? shown : null),
      from: "maintainer",
      weight: isNewKey ? "grave" : "ordinary",
      binds: hashOf({ change: known, ...repository }),
      subject: name,
    });
    const seen = await step("open it", async () => {
      const newest = backups.newestIn(name);
      return { newest, ...(await backups.openRepository(repository, run.id, false)) };
    });
    const { missing = [] } = seen;
    if (missing.length > 0) throw repositoryIsAnother({ repository: name, location, missing });
    await tx("write it down", () =>
      backups.changeRepository(run.askedBy ?? "schedule", repository, seen.newest),
    );
    const held = seen.snapshots === 1 ? "one snapshot" : `${seen.snapshots} snapshots`;
    const all = known.hasBackups ? " Every backup that Tandem knows in it is there." : "";
    return say(`${name} is at ${location} now, with ${held}.${all}`, {
      list: seen.locks.map((lock) => `Mind: it has ${lock}.`),
      next: `Whether it can be used: \`backup repo check ${name}\``,
    });
  },
});

function question(wish: Wish, known: Known, shown: HostKey | null): Message {
  const { name, location, server, passwordFile, keyFile } = wish;
  const isMoved = location !== known.location;
  const what = isMoved
    ? `Look for the repository ${name} at ${location} from now on, and no longer at ${known.location}?`
    : `Open the repository ${name} at ${location} with these files from now on?`;
  return say(what, {
    list: [
      known.hasBackups
        ? "It has to be the same one: it is opened first, and counts only if every backup that Tandem knows is in it."
        : "Tandem knows of no backup of an app in it, so it cannot tell it from another one: " +
          "`restic cat config` shows its id, there and at the old place.",
      `Nothing in it is changed by this${isMoved ? ", and nothing at the old place" : ""}.`,
      server === null ? "Every server reaches it." : `Only ${server} reaches it.`,
      `The password is the one in \`${passwordFile}\` on this machine.`,
      ...(shown === null ? [] : hostKeyWords(shown, keyFile)),
    ],
  });
}
