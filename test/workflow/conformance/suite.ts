import { afterEach, describe, test } from "vitest";
import { z } from "zod";
import { workflow, type AnyWorkflow, type Tools, type Trades } from "../../../src/workflow/index.ts";
import { World, type Contest, type Contestant, type Stories } from "./contestant.ts";
import { cancelCases } from "./cancel-cases.ts";
import { restartCases } from "./restart-cases.ts";
import { signalCases } from "./signal-cases.ts";
import { stepCases } from "./step-cases.ts";
import { togetherCases } from "./together-cases.ts";

/** A case: its stories, made for a world, and what is to be seen. */
export interface Case {
  name: string;
  /** Only where time can be turned by hand. */
  needsFakeTime?: boolean;
  stories: (world: World, rows: () => Contestant["rows"]) => Stories;
  play: (contestant: Contestant, world: World) => Promise<void>;
}

/** A story without input. */
export function story(
  run: (tools: Tools & Trades) => Promise<unknown>,
  more: Partial<Pick<AnyWorkflow, "version" | "lock" | "older">> = {},
): AnyWorkflow {
  return workflow({ input: z.unknown(), run, ...more });
}

/** Holds an engine to every case. */
export function conformance(contest: Contest): void {
  const cases = [...stepCases, ...signalCases, ...cancelCases, ...restartCases, ...togetherCases];
  describe(`the semantics of workflows: ${contest.name}`, () => {
    let contestant: Contestant | undefined;
    afterEach(async () => {
      await contestant?.close();
      contestant = undefined;
    });
    for (const one of cases) {
      if (one.needsFakeTime === true && !contest.fakeTime) continue;
      test(one.name, async () => {
        const world = new World();
        const rows = (): Contestant["rows"] => {
          if (contestant === undefined) throw new Error("the case asks for rows before it began");
          return contestant.rows;
        };
        contestant = await contest.enter(one.stories(world, rows));
        await one.play(contestant, world);
      });
    }
  });
}
