/** What is looked at before restic reads it: that paths are there, dumps are whole, and volumes hold something. */
import { backupPathMissing, dumpUnfinished } from "../core/problems/backup-taking.ts";
import type { Helper } from "../swarm/index.ts";
import { lookAtDump, looksLikeDump } from "./dumps.ts";
import { containerFolder, secretsFolderOf, volumeFolder } from "./manifest.ts";
import type { PlannedNode, TakePlan } from "./types.ts";

export interface Sight {
  /** Whether a volume, or a file of a container, holds anything at all. */
  isAnything: boolean;
  warnings: string[];
  doubts: string[];
}

/** What one line of the script's questions asks. */
interface Question {
  kind: "volume" | "path" | "fresh" | "secret" | "dumps";
  path: string;
  told: (answer: string) => void;
}

/**
 * Answers one line a question: a number, a tab, an answer. All of them are asked in one call: each call costs a
 * tenth of a second on a server far away. `dumps` looks at files that look like dumps and have changed since the backup
 * began, by the clock of the node that wrote them; `fresh` is a path that a hook should have written.
 */
const script = `
minutes="$1"; shift
any() { [ -n "$(find "$1" -type f -size +0c 2>/dev/null | head -n 1)" ]; }
look() { sh -c "$LOOK_AT_DUMP" sh "$1"; }
n=0
while [ $# -gt 0 ]; do
  kind="$1"; path="$2"; shift 2
  case "$kind" in
    volume) if any "$path"; then say=full; else say=empty; fi;;
    secret) if [ -s "$path" ]; then say=full; else say=missing; fi;;
    path|fresh)
      if [ ! -e "$path" ]; then say=missing
      elif ! any "$path"; then say=empty
      elif [ -f "$path" ]; then
        say="$(look "$path")"
        if [ "$kind" = fresh ] && [ -z "$say$(find "$path" -mmin "-$minutes")" ]; then say=old; fi
      else say=full; fi;;
    dumps)
      say="$(find "$path" -maxdepth 3 -type f -mmin "-$minutes" \\
        '(' -name '*.sql' -o -name '*.sql.gz' -o -name '*.dump' -o -name '*.pgdump' -o -name '*.dump.gz' ')' |
        head -n 50 | while IFS= read -r file; do
          why="$(look "$file")"
          [ -z "$why" ] || { echo "\${file#"$path"/}: $why"; break; }
        done)";;
  esac
  printf '%s\\t%s\\n' "$n" "$say"
  n=$((n + 1))
done`.trim();

/** Throws `backup-path-missing`, `dump-unfinished`. */
export async function look(
  helper: Helper,
  plan: TakePlan,
  node: PlannedNode,
  about: { sinceMinutes: number; hasContainerPaths: boolean; hasSecrets: boolean; signal: AbortSignal },
): Promise<Sight> {
  const { app } = plan;
  const sight: Sight = { isAnything: false, warnings: [], doubts: [] };
  const questions = [
    ...node.volumes.flatMap((volume) => volumeQuestions(plan, volume, sight)),
    ...(about.hasContainerPaths ? plan.containerPaths.map((one) => containerQuestion(app, one, sight)) : []),
    ...(about.hasSecrets ? secretQuestions(node, sight) : []),
  ];
  if (questions.length === 0) return sight;
  const words = questions.flatMap(({ kind, path }) => [kind, path]);
  const shell = ["env", `LOOK_AT_DUMP=${lookAtDump}`, "sh", "-c", script, "sh", String(about.sinceMinutes)];
  const { exitCode, stdout, stderr } = await helper.exec([...shell, ...words], { signal: about.signal });
  const answers = new Map(
    stdout.split("\n").map((line) => [line.split("\t")[0] ?? "", line.split("\t")[1]] as const),
  );
  questions.forEach(({ told }, n) => {
    const answer = answers.get(String(n));
    if (exitCode !== 0 || answer === undefined)
      throw new Error(`looking at the volumes of ${app} broke: ${stderr}`);
    told(answer);
  });
  return sight;
}

function volumeQuestions(
  { app, preHooks }: TakePlan,
  { name, short, service, paths }: PlannedNode["volumes"][number],
  sight: Sight,
): Question[] {
  const root = volumeFolder(name);
  const dumpIn = (answer: string): void => {
    if (answer === "") return;
    const [dump = "", reason = ""] = answer.split(/: (.*)/);
    throw dumpUnfinished({ app, dump: `${short}/${dump}`, reason });
  };
  const hasHook = preHooks.some((hook) => hook.service === service);
  if (paths === null) {
    const told = (answer: string): void => {
      if (answer === "full") sight.isAnything = true;
      else sight.warnings.push(`The volume ${short} is empty.`);
    };
    const whole: Question = { kind: "volume", path: root, told };
    return hasHook ? [whole, { kind: "dumps", path: root, told: dumpIn }] : [whole];
  }
  return paths.flatMap((path): Question[] => {
    const told = (answer: string): void => {
      if (answer === "missing" || answer === "empty") {
        const isEmpty = answer === "empty";
        throw backupPathMissing({ app, where: `the volume ${short}`, path, isEmpty });
      }
      if (answer === "old") sight.doubts.push(oldWords(service, `${short}/${path}`));
      else if (answer !== "" && answer !== "full")
        throw dumpUnfinished({ app, dump: `${short}/${path}`, reason: answer });
      sight.isAnything = true;
    };
    const kind = hasHook && looksLikeDump(path) ? "fresh" : "path";
    const asked: Question = { kind, path: `${root}/${path}`, told };
    return [asked, { kind: "dumps", path: `${root}/${path}`, told: dumpIn }];
  });
}

const oldWords = (service: string, dump: string): string =>
  `${dump} is older than this backup: the pre-hook of ${service} has not written it anew`;

function containerQuestion(
  app: string,
  { service, path }: TakePlan["containerPaths"][number],
  sight: Sight,
): Question {
  const told = (answer: string): void => {
    const where = `the container of ${service}`;
    if (answer === "missing" || answer === "empty")
      throw backupPathMissing({ app, where, path, isEmpty: answer === "empty" });
    if (answer !== "" && answer !== "full")
      throw dumpUnfinished({ app, dump: `${service}:${path}`, reason: answer });
    sight.isAnything = true;
  };
  return { kind: "path", path: `${containerFolder(service)}${path}`, told };
}

function secretQuestions(node: PlannedNode, sight: Sight): Question[] {
  return node.secrets.flatMap(({ service, secrets }) =>
    secrets.map(({ id, name }): Question => ({
      kind: "secret",
      path: `${secretsFolderOf(service)}/${id}`,
      told: (answer) => {
        if (answer !== "full")
          sight.doubts.push(`The value of the secret ${name} of ${service} is not in it.`);
      },
    })),
  );
}
