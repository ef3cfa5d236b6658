/** What became of a run that was killed at every step: its own steps, and those of the runs that it began. */
import { expect } from "vitest";
import type { Records } from "../house/records.ts";

export interface Run {
  id: string;
  status: string;
  problem: { code: string; happened: string } | null;
  finishedAt: number | null;
  steps: { key: string; kind: string; status: string }[];
}

export interface Killed extends Run {
  /** All runs of the story, the first first: `restore done`. */
  runs: string[];
  /** Steps and undos that were killed after their effect, in the order of the story: `restore-data/fill the volumes`. */
  after: string[];
  /** Those that were killed in their middle. */
  during: string[];
  /** Those that were never killed after their effect. */
  whole: string[];
}

interface StepRow {
  run: string;
  workflow: string;
  key: string;
}

const family = `with recursive family(id) as (
  select id from run where id = ? union all select run.id from run join family on run.parent = family.id
)`;

/** `cuts` as the killed processes have written them down. */
export function cutsOf(run: Run, cuts: readonly string[], records: Records): Killed {
  const steps = records.rows<StepRow>(
    `${family} select step.run, run.workflow, step.key from step join run on run.id = step.run
      where run.id in family and step.kind in ('step', 'undo') order by run.n, step.seq`,
    run.id,
  );
  const runs = records.rows<{ it: string }>(
    `${family} select workflow || ' ' || status as it from run where id in family order by n`,
    run.id,
  );
  const those = (isMeant: (at: string) => boolean): string[] =>
    steps.filter((one) => isMeant(`${one.run} ${one.key}`)).map((one) => `${one.workflow}/${one.key}`);
  return {
    ...run,
    runs: runs.map(({ it }) => it),
    after: those((at) => cuts.includes(`after ${at}`)),
    during: those((at) => cuts.includes(`during ${at}`)),
    whole: those((at) => !cuts.includes(`after ${at}`)),
  };
}

/** Steps of one workflow, as `Killed` names them. */
export const of = (workflow: string, ...keys: string[]): string[] => keys.map((key) => `${workflow}/${key}`);

/** Exactly these steps and undos were killed after their effect, and none was left out but those that are named. */
export function expectCuts(
  { after, whole }: Pick<Killed, "after" | "whole">,
  cut: readonly string[],
  spared: readonly string[] = [],
): void {
  expect(after).toEqual(cut);
  expect(whole).toEqual(spared);
}
