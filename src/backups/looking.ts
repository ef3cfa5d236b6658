/** What is looked at before restic reads it: that paths are there, dumps are whole, and volumes hold something. */
import { backupPathMissing, dumpUnfinished } from "../core/problems/backup-taking.ts";
import type { Helper } from "../swarm/index.ts";
import { lookAtDump, looksLikeDump, namedAsDump } from "./dumps.ts";
import { below, containerFolder, secretsFolderOf, volumeFolder } from "./manifest.ts";
import type { PlannedNode, TakePlan } from "./types.ts";

export interface Sight {
  /** Whether a volume, or a file of a container, holds anything at all. */
  isAnything: boolean;
  warnings: string[];
  doubts: string[];
}

/** One line of the script's answer to a question. */
interface Answer {
  word: string;
  why: string;
  file: string;
}

/** What the script is asked of one place. */
interface Question {
  kind: "volume" | "path" | "secret" | "dumps";
  path: string;
  told: (answers: Answer[]) => void;
}

/** What has been seen so far, until all of it can be judged together. */
interface Looked {
  app: string;
  sight: Sight;
  /** Services whose pre-hook has written a dump since the backup began. */
  anew: Set<string>;
  /** Dumps that are older than it. `isNamed`: a label names the very file. */
  old: { dump: string; hooks: string[]; isNamed: boolean }[];
  /** Dumps whose end does not tell whether they are whole. */
  unsure: Set<string>;
}

/** Where a question leads, for people. */
interface Place {
  where: string;
  /** Below `root`, which people do not know. */
  path: string;
  root: string;
  /** As a dump's name begins for people: `data/`. */
  shown: string;
  /** The services with a pre-hook that may write there. */
  hooks: string[];
}

/**
 * Answers each question with lines: its number, a word, why, a file; the last one is `seen`. All of them are asked in
 * one call: each call costs a tenth of a second on a server far away.
 *
 * `dumps` and folders that a label names: files that look like dumps, three folders deep, where they have changed since
 * the backup began, by the clock of the node that wrote them (`new`, `bad`, `unsure`). Where none has, the newest is
 * named (`old`), unless only its name speaks of a dump: apps bring such files along. In a folder that a label names it
 * is looked at as well, because what writes dumps by a timetable needs no hook (`suspect`).
 */
const script = `
minutes="$1"; shift
any() { [ -n "$(find "$1" -type f -size +0c 2>/dev/null | head -n 1)" ]; }
look() { sh -c "$LOOK_AT_DUMP" sh "$@" < /dev/null; }
is_new() { [ -n "$(find "$1" -mmin "-$minutes")" ]; }
say() { printf '%s\\t%s\\t%s\\t%s\\n' "$n" "$1" "$2" "$3"; }
named() { in="$1"; shift; find "$in" -maxdepth 3 -type f "$@" '(' ${namedAsDump} ')'; }
judge() {
  why="$(look "$1")"
  case "$why" in "") ;; "?") say unsure "" "$1";; *) say bad "$why" "$1";; esac
}
changed() {
  named "$1" -mmin "-$minutes" | head -n 50 | while IFS= read -r file; do
    [ -f "$file" ] || continue
    say new "" "$file"
    judge "$file"
  done
}
newest() {
  named "$1" | {
    best=
    while IFS= read -r file; do
      [ -f "$file" ] || continue
      if [ -z "$best" ] || [ "$file" -nt "$best" ]; then best="$file"; fi
    done
    printf '%s' "$best"
  }
}
dumps() {
  lines="$(changed "$1")"
  if [ -n "$lines" ]; then printf '%s\\n' "$lines"; return; fi
  file="$(newest "$1")"
  [ -n "$file" ] || return
  [ -z "$(look "$file" kind)" ] || say old "" "$file"
  [ "$2" = closely ] || return
  why="$(look "$file")"
  case "$why" in "") ;; "?") say unsure "" "$file";; *) say suspect "$why" "$file";; esac
}
n=0
while [ $# -gt 0 ]; do
  kind="$1"; path="$2"; shift 2
  case "$kind" in
    volume) if any "$path"; then say full; else say empty; fi;;
    secret) if [ -s "$path" ]; then say full; else say missing; fi;;
    path)
      if [ ! -e "$path" ]; then say missing
      elif ! any "$path"; then say empty
      elif [ -f "$path" ]; then
        say full
        judge "$path"
        if is_new "$path"; then say new "" "$path"; else say old "" "$path"; fi
      else say full; dumps "$path" closely; fi;;
    dumps) dumps "$path";;
  esac
  say seen
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
  const looked: Looked = { app, sight, anew: new Set(), old: [], unsure: new Set() };
  const questions = [
    ...node.volumes.flatMap((volume) => volumeQuestions(plan, volume, looked)),
    ...(about.hasContainerPaths
      ? plan.containerPaths.map((one) => containerQuestion(plan, one, looked))
      : []),
    ...(about.hasSecrets ? secretQuestions(node, sight) : []),
  ];
  if (questions.length === 0) return sight;
  const words = questions.flatMap(({ kind, path }) => [kind, path]);
  const shell = ["env", `LOOK_AT_DUMP=${lookAtDump}`, "sh", "-c", script, "sh", String(about.sinceMinutes)];
  const { exitCode, stdout, stderr } = await helper.exec([...shell, ...words], { signal: about.signal });
  const answers = answersIn(stdout);
  questions.forEach(({ told }, n) => {
    const answered = answers.get(String(n)) ?? [];
    if (exitCode !== 0 || answered.at(-1)?.word !== "seen")
      throw new Error(`looking at the volumes of ${app} broke: ${stderr}`);
    told(answered.slice(0, -1));
  });
  judgeTogether(looked);
  return sight;
}

/** By the number of the question. */
function answersIn(stdout: string): Map<string, Answer[]> {
  const answers = new Map<string, Answer[]>();
  for (const line of stdout.split("\n")) {
    // A file's name may hold tabs; it comes last.
    const [n = "", word = "", why = "", ...file] = line.split("\t");
    answers.set(n, [...(answers.get(n) ?? []), { word, why, file: file.join("\t") }]);
  }
  return answers;
}

function volumeQuestions(
  { preHooks }: TakePlan,
  { name, short, service, mountedBy = [service], paths }: PlannedNode["volumes"][number],
  looked: Looked,
): Question[] {
  const root = volumeFolder(name);
  const hooks = hooksOf(preHooks, mountedBy);
  const place = { where: `the volume ${short}`, path: "", root, shown: `${short}/`, hooks };
  if (paths !== null) return paths.map((path) => pathQuestion({ ...place, path }, looked));
  const whole: Question = {
    kind: "volume",
    path: root,
    told: (answers) => {
      if (answers.some(({ word }) => word === "full")) looked.sight.isAnything = true;
      else looked.sight.warnings.push(`The volume ${short} is empty.`);
    },
  };
  // Of every service: a hook may have another one write its dump.
  const dumps: Question = { kind: "dumps", path: root, told: (answers) => hearDumps(looked, place, answers) };
  return preHooks.length > 0 ? [whole, dumps] : [whole];
}

/** v1 of the labels: what was fetched out of a container. */
function containerQuestion(
  { preHooks }: TakePlan,
  { service, path }: TakePlan["containerPaths"][number],
  looked: Looked,
): Question {
  const hooks = hooksOf(preHooks, [service]);
  const place = { where: `the container of ${service}`, root: containerFolder(service), hooks };
  return pathQuestion({ ...place, path, shown: `${service}:/` }, looked);
}

/** Something that a label names: it has to be there, and to hold something. */
function pathQuestion(place: Place, looked: Looked): Question {
  const { where, path, root } = place;
  return {
    kind: "path",
    path: below(root, path),
    told: (answers) => {
      const wrong = answers.find(({ word }) => word === "missing" || word === "empty");
      if (wrong !== undefined)
        throw backupPathMissing({ app: looked.app, where, path, isEmpty: wrong.word === "empty" });
      hearDumps(looked, place, answers);
      looked.sight.isAnything = true;
    },
  };
}

const hooksOf = (preHooks: TakePlan["preHooks"], services: readonly string[]): string[] =>
  services.filter((service) => preHooks.some((hook) => hook.service === service));

function hearDumps(looked: Looked, { path, root, shown, hooks }: Place, answers: readonly Answer[]): void {
  const { app, sight, anew, old, unsure } = looked;
  for (const { word, why, file } of answers) {
    const below = file.slice(root.length + 1);
    const dump = `${shown}${below}`;
    const isNamed = below === path.replace(/^\/+/, "");
    if (word === "bad") throw dumpUnfinished({ app, dump, reason: why });
    if (word === "suspect") sight.doubts.push(`${dump} is no whole dump: ${why}`);
    if (word === "unsure") unsure.add(dump);
    if (isNamed && !looksLikeDump(path)) continue;
    if (word === "new") hooks.forEach((service) => anew.add(service));
    if (word === "old" && hooks.length > 0) old.push({ dump, hooks, isNamed });
  }
}

/**
 * A hook may do other things than dumps, and old ones may lie beside its new one: that a dump is old counts where a
 * label names it, or where none of the hooks that could have written it has written any.
 */
function judgeTogether({ app, sight, anew, old, unsure }: Looked): void {
  for (const { dump, hooks, isNamed } of old) {
    if (isNamed || !hooks.some((service) => anew.has(service)))
      sight.doubts.push(
        `${dump} is older than this backup: the pre-hook of ${hooks.join(" or ")} has not written it anew`,
      );
  }
  if (unsure.size === 0) return;
  const [all, shown] = [[...unsure], 3];
  const named = all.length > shown ? [...all.slice(0, shown), `${all.length - shown} more`] : all;
  sight.warnings.push(
    `The end of ${named.join(", ")} does not tell whether the dump is whole. ` +
      `A drill shows whether it can be read back: \`backup drill ${app}\`.`,
  );
}

function secretQuestions(node: PlannedNode, sight: Sight): Question[] {
  return node.secrets.flatMap(({ service, secrets }) =>
    secrets.map(({ id, name }): Question => ({
      kind: "secret",
      path: `${secretsFolderOf(service)}/${id}`,
      told: (answers) => {
        if (!answers.some(({ word }) => word === "full"))
          sight.doubts.push(`The value of the secret ${name} of ${service} is not in it.`);
      },
    })),
  );
}
