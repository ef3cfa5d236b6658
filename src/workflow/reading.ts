/** Runs as commands and pages see them. Read queries only; nothing here is on the hot path. */
import type { Db } from "../db/index.ts";
import { storyGone } from "../core/problems/workflow.ts";
import type { Problem } from "../core/problem.ts";
import type { Place } from "./define.ts";
import { problemOf, valueOf } from "./json.ts";
import type { Registry } from "./registry.ts";
import type { RunDetail, RunsView, RunSummary, StepView } from "./types.ts";
import { undoKey } from "./undo.ts";

type Row = Omit<RunSummary, "place"> & { place: string | null };
type DetailRow = Row & { input: string; output: string | null; problem: string | null };
type StepRowRead = Omit<StepView, "problem" | "undo"> & { problem: string | null };

const columns = `id, workflow, version, status, asked_by as askedBy, place, lock, waits_for as waitsFor, parent,
  created_at as createdAt, finished_at as finishedAt`;
const defaultLimit = 50;

export function openReading(
  { sqlite }: Db,
  registry: Registry,
  stranded: ReadonlyMap<string, Problem>,
): Pick<RunsView, "list" | "show"> {
  const listAll = sqlite.prepare<[{ lock: string | null; open: 0 | 1; limit: number }], Row>(
    `select ${columns} from run where (:lock is null or lock = :lock) and (:open = 0 or finished_at is null)
     order by n desc limit :limit`,
  );
  const one = sqlite.prepare<[string], DetailRow>(
    `select ${columns}, input, output, problem from run where id = ?`,
  );
  const steps = sqlite.prepare<[string], StepRowRead>(
    `select key, kind, status, attempt, due_at as dueAt, problem, started_at as startedAt, finished_at as finishedAt
     from step where run = ? order by seq`,
  );
  const summary = (row: Row): RunSummary => {
    const reason = strandedWhy(row, registry, stranded);
    const place = row.place === null ? null : (JSON.parse(row.place) as Place);
    return { ...row, place, ...(reason && { status: "waiting", waitsFor: reason.text.happened }) };
  };
  return {
    list: ({ open = false, limit = defaultLimit, lock } = {}) =>
      listAll.all({ lock: lock ?? null, open: open ? 1 : 0, limit }).map(summary),
    show(id): RunDetail | undefined {
      const row = one.get(id);
      if (row === undefined) return undefined;
      const { input, output, problem, ...rest } = row;
      const reason = strandedWhy(row, registry, stranded);
      return {
        ...summary(rest),
        input: valueOf(input),
        output: valueOf(output),
        problem: reason?.toJSON() ?? problemOf(problem),
        outline: registry.story(row.workflow, row.version)?.outline ?? [],
        steps: stepViews(steps.all(id)),
      };
    },
  };
}

/** Why an open run cannot go on, or undefined. */
function strandedWhy(
  row: Pick<Row, "id" | "workflow" | "version" | "finishedAt">,
  registry: Registry,
  stranded: ReadonlyMap<string, Problem>,
): Problem | undefined {
  if (row.finishedAt !== null) return undefined;
  const known = stranded.get(row.id);
  if (known !== undefined) return known;
  if (registry.story(row.workflow, row.version) !== undefined) return undefined;
  return storyGone({ run: row.id, workflow: row.workflow, version: row.version });
}

function stepViews(rows: StepRowRead[]): StepView[] {
  const undos = new Map(rows.filter((row) => row.kind === "undo").map((row) => [row.key, row.status]));
  return rows
    .filter((row) => row.kind !== "undo")
    .map((row) => {
      const undo = undos.get(undoKey(row.key));
      return {
        ...row,
        problem: problemOf(row.problem),
        undo: undo === undefined || undo === "waiting" ? null : undo,
      };
    });
}
