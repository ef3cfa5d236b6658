// Durable execution: a workflow's story is told once, whatever happens to the process that tells it.
// Every step, wait and message is a row of the journal; after a restart the story is told again from the top and
// each call finds its answer there, until it comes to what has not happened yet. Nothing is thrown to wait, nothing
// polls, one process per file. Trades and people reach it only through what `openEngine` is given.
export { openEngine } from "./engine.ts";
export { workflow } from "./define.ts";
export type {
  Agreement,
  AnyWorkflow,
  ApprovalAsk,
  Place,
  StepContext,
  StepOptions,
  Tools,
  Trades,
  Workflow,
  WorkflowSpec,
} from "./define.ts";
export type {
  ApprovalsPort,
  ApprovalVerdict,
  CutPoint,
  Engine,
  EngineOptions,
  EngineStats,
  Log,
  Outcome,
  RunEvent,
  RunFacts,
  Startable,
  StartOptions,
  StepKind,
} from "./ports.ts";
export type { RunDetail, RunsView, RunSummary, StepView } from "./types.ts";
export { childTopic } from "./child.ts";
