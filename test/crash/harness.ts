/**
 * Power cuts at every point of a workflow. A scenario is told calmly, then with each step failing in each way, then
 * with its questions declined and with a cancel. The calm one is told again with the power cut at every point that the
 * engine names, once and twice; the others at every third point, each beginning at another one, so that the three ways
 * in which a step fails are together cut everywhere. What must be true afterwards is given in absolute terms by the scenario, not as
 * "same as calm": a mistake that happens both ways would pass unseen.
 */
import { openDb, type Db } from "../../src/db/index.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { RunStatus } from "../../src/core/terms.ts";
import type { AnyWorkflow, ApprovalAsk, RunDetail, Trades } from "../../src/workflow/index.ts";
import type { openEngine } from "../../src/workflow/index.ts";
import { tellOnce, type Telling } from "./tell-once.ts";

/** What is done to a scenario, beside the cuts. */
export type Variant =
  | { kind: "calm" }
  /** The step throws a Problem: instead of its effect, or after it. */
  | { kind: "fails"; step: string; when: "before" | "half-way" }
  /** The step throws a passing failure after its effect, once. */
  | { kind: "stumbles"; step: string }
  | { kind: "declined"; step: string }
  /** A cancel is said at the named point of the calm telling. */
  | { kind: "cancelled"; at: number; point: string };

export interface Expected {
  status: RunStatus;
  /** Deep-equal to what `see` gives. */
  world: unknown;
  /** The code of the problem that ended it; undefined: not looked at. */
  problem?: string;
}

export interface Scenario<W> {
  name: string;
  workflow: AnyWorkflow;
  /** Workflows that it starts as children, by name. */
  others?: Record<string, AnyWorkflow>;
  input: unknown;
  /**
   * The world outside, new for every telling. `db` is the database in which the run is kept, for trades with
   * rows.
   */
  world: (db: Db) => W;
  trades: (world: W, db: Db, clock: Clock) => Partial<Trades> | Record<string, unknown>;
  /** What of the world counts, as plain data. */
  see: (world: W, db: Db) => unknown;
  /** How a question is answered; approved when left out. */
  answer?: (ask: ApprovalAsk) => "approve" | "decline" | "expire";
  /** What is said on each topic that the story waits for, in order. */
  says?: Record<string, unknown[]>;
  /** What must be true, for each variant. More than one: any of them (a cancel may come too late). */
  expect: (variant: Variant, cuts: readonly number[]) => Expected | Expected[];
  /** Steps that are not made to fail (their name as in the journal). */
  spare?: string[];
  /**
   * For a story made of stories that have scenarios of their own: cancels are said at every n-th point only, and all but
   * the calm telling are cut at every n-th point instead of every third.
   */
  thin?: number;
  /** The engine under test; a mutant in the harness's own tests. */
  openEngine?: typeof openEngine;
}

export interface CrashReport {
  name: string;
  variants: number;
  /** Points at which the power was cut. */
  cuts: number;
  tellings: number;
  /** One line each; empty when everything was as expected. */
  violations: string[];
}

const mostViolations = 20;
/** TANDEM_CRASH=deep cuts every variant at every point, and again at the first points of its way back. */
const deep = process.env["TANDEM_CRASH"] === "deep";
/** How long a story may be told; deep, the longest takes hours. */
export const patienceMs = deep ? 24 * 3_600_000 : 900_000;

/**
 * Runs a scenario through everything. Fails by the report's `violations`, so that a test can print them all.
 */
export async function crashEverywhere<W>(scenario: Scenario<W>): Promise<CrashReport> {
  const report: CrashReport = { name: scenario.name, variants: 0, cuts: 0, tellings: 0, violations: [] };
  // What is tested here is the order of things, not the disk.
  const db = openDb(":memory:");
  const tell = (variant: Variant, cuts: number[]): Promise<Telling> => tellOnce(db, scenario, variant, cuts);
  const thin = deep ? 1 : (scenario.thin ?? 3);
  const calm = await tell({ kind: "calm" }, []);
  report.violations.push(...calm.violations);
  const variants: Variant[] = [
    { kind: "calm" },
    ...failures(scenario, calm.detail),
    ...cancels(calm.points).filter((_, n) => deep || n % (scenario.thin ?? 1) === 0),
  ];
  for (const variant of variants) {
    report.variants++;
    const uncut = await tell(variant, []);
    report.tellings++;
    report.violations.push(...uncut.violations);
    const isCalm = variant.kind === "calm";
    const from = isCalm ? 0 : report.variants % thin;
    for (let cut = from; cut < uncut.points.length; cut += isCalm ? 1 : thin) {
      report.cuts++;
      for (const cuts of deep || isCalm ? [[cut], [cut, 0], [cut, 2]] : [[cut]]) {
        const { violations } = await tell(variant, cuts);
        report.tellings++;
        report.violations.push(...violations);
      }
    }
    if (report.violations.length > mostViolations) break;
  }
  db.close();
  return report;
}

/** The report in one line, as the test run prints it. */
export function lineOf({ name, variants, cuts, tellings, violations }: CrashReport): string {
  const counts = `${variants} variants, ${cuts} cut points, ${tellings} tellings`;
  return `crash ${name}: ${counts}, ${violations.length} violations`;
}

function failures<W>(scenario: Scenario<W>, calm: RunDetail | undefined): Variant[] {
  return (calm?.steps ?? []).flatMap((step): Variant[] => {
    if (scenario.spare?.includes(step.key) === true) return [];
    if (step.kind === "approval") return [{ kind: "declined", step: step.key }];
    if (step.kind !== "step" && step.kind !== "tx") return [];
    return [
      { kind: "fails", step: step.key, when: "before" },
      { kind: "fails", step: step.key, when: "half-way" },
      { kind: "stumbles", step: step.key },
    ];
  });
}

function cancels(points: string[]): Variant[] {
  // From inside a transaction nothing can be said.
  return points.flatMap((point, at): Variant[] =>
    point.startsWith("tx inside") ? [] : [{ kind: "cancelled", at, point }],
  );
}
