import { newRunId } from "../core/ids.ts";
import { messageOf } from "../core/problem.ts";
import { workflowInputUnfit } from "../core/problems/workflow.ts";
import { factsOf } from "./execution.ts";
import type { House, PreparedStart } from "./house.ts";
import type { RunRow } from "./journal.ts";
import { mostJsonLength } from "./limits.ts";
import { refuseLockOfAncestor } from "./locks.ts";
import type { Startable, StartOptions } from "./ports.ts";
import type { Registry } from "./registry.ts";

/**
 * Checks a start without writing: the workflow is known, its input fits, its lock can be had. Throws
 * Problems.
 */
export function prepareStart(
  house: House,
  registry: Registry,
  workflow: Startable,
  input: unknown,
  options: StartOptions & { parent?: string },
): PreparedStart {
  const { name, story } = registry.current(workflow);
  const parsed = story.input.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join(".") ?? "";
    throw workflowInputUnfit({ workflow: name, field, expected: issue?.message ?? "something else" });
  }
  const text = inputText(name, parsed.data);
  const lock = story.lock?.(parsed.data as never) ?? null;
  if (lock !== null && options.parent !== undefined)
    refuseLockOfAncestor(house.journal, name, lock, options.parent);
  return { name, version: story.version, input: text, lock, options };
}

function inputText(workflow: string, input: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(input ?? null);
  } catch (thrown) {
    throw workflowInputUnfit({ workflow, field: "", expected: `plain JSON (${messageOf(thrown)})` }, thrown);
  }
  if (text.length > mostJsonLength)
    throw workflowInputUnfit({
      workflow,
      field: "",
      expected: `at most ${mostJsonLength} characters of JSON`,
    });
  return text;
}

/** Writes the run in the open transaction and has it begun after the commit, unless its lock is held. */
export function writeStart(house: House, start: PreparedStart): { runId: string; fresh: boolean } {
  const { journal, clock } = house;
  const { key = null, askedBy, place, parent = null } = start.options;
  const known = key === null ? undefined : journal.idByKey.get(key);
  if (known !== undefined) return { runId: known, fresh: false };
  const id = newRunId((taken) => journal.idTaken.get(taken) !== undefined);
  const holder = start.lock === null ? undefined : journal.lockHolder.get(start.lock);
  const status = holder === undefined ? "running" : "waiting";
  const waitsFor = holder === undefined ? null : `the run ${holder}, which holds "${start.lock ?? ""}"`;
  const now = clock.now();
  const placeText = place === null ? null : JSON.stringify(place);
  const { name: workflow, version, input, lock } = start;
  const { lastInsertRowid } = journal.insertRun.run(
    ...[id, workflow, version, status, waitsFor, input, askedBy, placeText, key, lock, parent, now, now],
  );
  const n = Number(lastInsertRowid);
  const row: RunRow = {
    n,
    id,
    workflow,
    version,
    status,
    input,
    askedBy,
    place: placeText,
    key,
    lock,
    parent,
  };
  if (house.record !== undefined) {
    const more = waitsFor === null ? {} : { waitsFor };
    house.record({ kind: "run started", at: now, run: factsOf(row) });
    if (waitsFor !== null) house.record({ kind: "run waits for lock", at: now, run: factsOf(row), ...more });
  }
  if (holder === undefined) house.db.afterCommit(() => house.begin(row, null));
  return { runId: id, fresh: true };
}
