import { workflowUnknown } from "../core/problems/workflow.ts";
import type { AnyWorkflow, Workflow } from "./define.ts";
import type { Startable } from "./ports.ts";

/** The stories that are known, by name and version. */
export interface Registry {
  register(name: string, workflow: AnyWorkflow | Workflow<never>): void;
  /** The current story and its name; throws `workflow-unknown`. */
  current(workflow: Startable): { name: string; story: AnyWorkflow };
  /** The story that a run began with. */
  story(name: string, version: number): AnyWorkflow | undefined;
}

export function openRegistry(): Registry {
  const current = new Map<string, AnyWorkflow>();
  const names = new Map<object, string>();
  const versions = new Map<string, AnyWorkflow>();
  return {
    register(name, workflow) {
      if (current.has(name)) throw new Error(`the workflow ${name} is registered twice`);
      const newest = workflow as unknown as AnyWorkflow;
      for (const story of [newest, ...(newest.older ?? [])]) {
        const id = `${name}@${story.version}`;
        if (versions.has(id)) throw new Error(`the workflow ${name} has version ${story.version} twice`);
        versions.set(id, story);
      }
      current.set(name, newest);
      names.set(workflow, name);
    },
    current(workflow) {
      const name = typeof workflow === "string" ? workflow : names.get(workflow);
      const story = name === undefined ? undefined : current.get(name);
      if (name === undefined || story === undefined)
        throw workflowUnknown({ workflow: typeof workflow === "string" ? workflow : "(not registered)" });
      return { name, story };
    },
    story: (name, version) => versions.get(`${name}@${version}`),
  };
}
