import { OpenWorkflow } from "openworkflow";
import { BackendSqlite } from "openworkflow/sqlite";
import { freshFile, pause, type Marks, type Racer } from "./story.ts";

/** OpenWorkflow on SQLite (FULL is its default), one worker, as its documentation shows it. */
export async function openPeer(marks: Marks, concurrency: number): Promise<Racer> {
  const backend = BackendSqlite.connect(freshFile("peer.db"));
  const peer = new OpenWorkflow({ backend });
  peer.defineWorkflow<{ id: string }, null>({ name: "story", version: "1" }, async ({ input, step }) => {
    const { id } = input;
    for (const n of [1, 2, 3])
      await step.run({ name: `step ${n}` }, () => Promise.resolve(marks.body(id, n)));
    await step.waitForSignal({ signal: `word:${id}`, timeout: "7d" });
    for (const n of [4, 5]) await step.run({ name: `step ${n}` }, () => Promise.resolve(marks.body(id, n)));
    return null;
  });
  const worker = peer.newWorker({ concurrency });
  await worker.start();
  return {
    // Its signals are not kept: a run must surely wait before it is signalled.
    settleMs: 500,
    async start(id) {
      await peer.runWorkflow({ name: "story", version: "1" }, { id }, { idempotencyKey: id });
    },
    async signal(id) {
      // One that comes too early is lost: it is said again until a run has heard it.
      while (
        (await peer.sendSignal({ signal: `word:${id}`, data: { by: "bo" } })).workflowRunIds.length === 0
      )
        await pause(20);
    },
    async close() {
      await worker.stop();
      await backend.stop();
    },
  };
}
