import { say } from "../../src/chat/message.ts";
import { BackupId } from "../../src/core/backup-terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { inBytes, inFiles } from "../../workflows/parts/sizes.ts";

const states = {
  running: "is being taken",
  proven: "is proven",
  doubtful: "is there, but doubtful",
  failed: "failed",
  forgotten: "was removed",
  away: "is away",
};
const causes = {
  asked: "It was asked for",
  schedule: "It was taken by schedule",
  upgrade: "It was taken before an upgrade",
  restore: "It was taken before a restore",
};

export default command({
  summary: "Show one backup: what is in it, how it went, and its snapshots.",
  example: "backup show bakor",
  role: "member",
  args: { backup: BackupId },
  reads: true,
  run: ({ args, backups }) => {
    const found = backups.get(args.backup);
    const { id, app, state, reason, cause, askedBy, startedAt, files, bytes, addedBytes } = found;
    const { repository, recipe, version, snapshots, warnings } = found;
    const by = askedBy === null ? "" : `, by ${askedBy}`;
    const isThere = state === "proven" || state === "doubtful";
    return answer(
      say(`The backup ${id} of ${app} ${states[state]}.`, {
        list: [
          ...(reason === null ? [] : [reason]),
          `${causes[cause]}${by}, ${startedAt.slice(0, 16).replace("T", " ")} UTC.`,
          `${recipe} ${version ?? "without a version"}, kept in ${repository}.`,
          ...(files === null || bytes === null
            ? []
            : [
                `${inFiles(files)}, ${inBytes(bytes)}; ${inBytes(addedBytes ?? 0)} were new in the repository.`,
              ]),
          ...snapshots.map(({ id: snapshot, hostname, kind, service, volumes }) => {
            const what =
              kind === "dump"
                ? `the dump of ${service ?? "a database"}`
                : kind === "secrets"
                  ? "settings and secrets"
                  : `${volumes.join(", ") || "no volume"}, from ${hostname}`;
            return `Snapshot \`${snapshot.slice(0, 8)}\`: ${what}`;
          }),
          ...(isThere ? backups.drillWords({ app, backup: id }) : []),
          ...warnings.map((warning) => `Mind: ${warning}`),
        ],
        ...(isThere && { next: `To go back to it: \`app restore ${app} ${id}\`` }),
        ...(state === "away" && {
          next: "When its repository is added again (`backup repo add`), it counts again as what it was.",
        }),
      }),
      found,
    );
  },
});
