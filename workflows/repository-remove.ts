import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { RepositoryName } from "../src/core/backup-terms.ts";
import { hashOf } from "../src/core/canonical.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore } from "./parts/agreed.ts";

type BeforeRemoving = ReturnType<Trades["backups"]["beforeRemoving"]>;

/**
 * Takes a repository out of Tandem. Refused while a policy or the settings lead there. Nothing in it is touched; the
 * backups in it count no more, and count again when it is added again.
 */
export default workflow({
  input: z.strictObject({ name: RepositoryName }),
  lock: ({ name }) => `repository ${name}`,
  outline: ["look at it", "approval", "look again", "write it down"],

  async run(tools, { name }) {
    const { step, tx, run, backups } = tools;
    const first = await step("look at it", () => backups.beforeRemoving(name));
    const facts = await agreed(tools, first, {
      subject: name,
      check: "look again",
      again: () => Promise.resolve(backups.beforeRemoving(name)),
      hash: (known) => hashOf({ remove: name, ...known }),
      question: (known, isChanged) => ({
        ask: question(known, isChanged),
        from: "maintainer",
        weight: known.backups > 0 || known.hasSelf ? "grave" : "ordinary",
      }),
    });
    // A policy may lead there since; that is looked at again in the same transaction.
    await tx("write it down", () => backups.removeRepository(run.askedBy ?? "schedule", name));
    return outcome(facts);
  },
});

function question({ repository, hasSelf, ...known }: BeforeRemoving, isChanged: boolean): Message {
  const { name, location, passwordFile, hostKey } = repository;
  const again = onceMore(isChanged, "What is known of it");
  return say(`${again}Take the repository ${name} at ${location} out of Tandem?`, {
    list: [
      "Nothing in it is touched: its files stay where they are.",
      "Tandem forgets its address and which files open it" +
        `${hostKey === null ? "" : ", and its host key"}. Its password is in \`${passwordFile}\`, which stays.`,
      ...backupWords(known),
      ...(hasSelf
        ? ["Tandem itself was backed up there; `tandem restore-self` still reads that, with the password."]
        : []),
      "No app's policy and no setting leads there.",
    ],
  });
}

function backupWords({ backups, apps, onlyThere }: Omit<BeforeRemoving, "repository" | "hasSelf">): string[] {
  if (backups === 0) return ["Tandem knows of no backup of an app in it."];
  const what = backups === 1 ? `One backup of ${apps.join()} is` : `${backups} backups are`;
  const of = backups === 1 ? "" : ` (of ${apps.join(", ")})`;
  const it = backups === 1 ? "it" : "them";
  return [
    `${what} in it${of}: Tandem can no longer restore ${it}, hand ${it} out or try ${it} out, ` +
      `and does not count ${it}.`,
    ...(onlyThere.length > 0
      ? [
          `**There is no other proven backup of ${onlyThere.join(", ")}**: without it there is none to restore from.`,
        ]
      : []),
    "When the repository is added again, what lies in it counts again.",
  ];
}

function outcome({ repository, backups }: BeforeRemoving): Message {
  const { name, location, server, passwordFile } = repository;
  const on = server === null ? "" : ` on ${server}`;
  return say(`${name} is no repository of ours any more. Nothing in it was touched.`, {
    list: [
      ...(backups > 0
        ? ["What was known of the backups in it is kept, as “away”: `backup list <domain> --all`"]
        : []),
      `**Keep \`${passwordFile}\`, and a copy of it elsewhere**: without the password nobody can read what is in it. ` +
        "It no longer comes along with the backup of Tandem itself.",
      `Plain restic reads it${on}: \`restic -r ${location} --password-file ${passwordFile} snapshots\`. ` +
        "How it gets in, and what to do then: `help restoring-tandem`",
    ],
    next: `To have it back: \`${addedAgain(repository)}\``,
  });
}

/** Whole, because nobody could look up the rest any more. */
function addedAgain(repository: BeforeRemoving["repository"]): string {
  const { name, location, server, passwordFile, keyFile, credentialsFile } = repository;
  const isSaid = server !== null && !(location.startsWith("/") && (server as string) === "local");
  return [
    `backup repo add ${name} ${location} --password-file ${passwordFile}`,
    ...(isSaid ? [`--server ${server}`] : []),
    ...(keyFile === null ? [] : [`--key-file ${keyFile}`]),
    ...(credentialsFile === null ? [] : [`--credentials-file ${credentialsFile}`]),
  ].join(" ");
}
