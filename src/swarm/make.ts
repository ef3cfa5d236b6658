import { planChanged } from "../core/problems/swarm.ts";
import type { FileSpec } from "./compose/index.ts";
import { statusOf, type Engine } from "./engine/connect.ts";
import type { EngineFile } from "./engine/types.ts";
import type { Live } from "./plan/live.ts";
import type { StackPlan } from "./types.ts";

/**
 * Makes the stack's networks that do not exist. One that exists with other options is kept, as the plan has
 * warned.
 */
export async function makeNetworks(engine: Engine, plan: StackPlan, live: Live): Promise<void> {
  for (const [name, payload] of Object.entries(plan.specs.networks)) {
    if (live.networks.some((one) => one.Name === name)) continue;
    await unlessThere(engine, `create the network ${name}`, () =>
      engine.docker.createNetwork(networkBody(name, payload as object)),
    );
  }
}

/**
 * Makes secrets and configs that do not exist; answers all that exist then, for their ids. `contents` are
 * the secrets whose values the files bring: they are in no plan, so after a restart only a new plan has
 * them.
 */
export async function makeFiles(
  engine: Engine,
  plan: StackPlan,
  live: Live,
  contents: FileSpec[],
): Promise<{ secrets: EngineFile[]; configs: EngineFile[] }> {
  for (const [name, payload] of Object.entries(plan.specs.configs)) {
    if (live.configs.some((one) => one.Spec.Name === name)) continue;
    await unlessThere(engine, `create the config ${name}`, () =>
      engine.docker.createConfig(bodyOnly(payload as object)),
    );
  }
  for (const content of contentsFor(plan, live, contents)) {
    const name = content.Name;
    await unlessThere(engine, `create the secret ${name}`, () =>
      engine.docker.createSecret(bodyOnly(content)),
    );
  }
  const [secrets, configs] = await Promise.all([engine.secrets(), engine.configs()]);
  return { secrets, configs };
}

/**
 * Contents of the secrets that are still to be made. Throws `plan-changed` when one is not known any more.
 */
export function contentsFor(plan: StackPlan, live: Live, contents: FileSpec[]): FileSpec[] {
  const missing = plan.specs.secrets.filter((name) => !live.secrets.some((one) => one.Spec.Name === name));
  return missing.map((name) => {
    const content = contents.find((one) => one.Name === name);
    const what = `the content of its secret ${name} was not kept over a restart`;
    if (content === undefined) throw planChanged({ stack: plan.stack, what });
    return content;
  });
}

/**
 * dockerode puts what it is given into the address as well as into the body: a secret's value would stand
 * in the engine's debug log, and a large config would be refused for its length.
 */
export function bodyOnly(body: object): object {
  return { _query: {}, _body: body };
}

function networkBody(name: string, payload: object): { Name: string } {
  return bodyOnly({ ...payload, Name: name, CheckDuplicate: true }) as { Name: string };
}

/** Runs a call that makes something; that it exists already (made by an earlier try) is as good. */
export async function unlessThere(
  engine: Engine,
  asked: string,
  call: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await engine.ask(asked, call);
    return true;
  } catch (thrown) {
    if (statusOf(thrown) === 409) return false;
    throw thrown;
  }
}
