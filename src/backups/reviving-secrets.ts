/** The secrets of an app brought up from a backup: from the repository into the swarm, in memory on the way. */
import { fillAhead, type FillOptions } from "./filling.ts";
import { inHelper, type Inside } from "./helping.ts";
import type { Ground } from "./open.ts";
import type { Filled, RevivePlan } from "./restoring-types.ts";

type Values = ReadonlyMap<string, Buffer>;

export async function makeSecrets(
  ground: Ground,
  plan: RevivePlan,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  const { server, repository: name, app } = plan.data;
  if (plan.secrets.length === 0) return;
  await ground.servers.swarmOf(server).dropHelpers(run, [null]);
  const repository = ground.repositories.reachedFrom(name, app, server);
  const values = await inHelper(ground.helping, { server, node: null, run, repository, signal }, (inside) =>
    read(inside, plan, signal),
  );
  await create(ground, plan, values);
}

/**
 * Secrets and volumes of what does not run yet, out of one helper as far as there is one: to start another, and to open
 * the repository once more, takes longer than to read a secret.
 */
export async function fillRevived(
  ground: Ground,
  plan: RevivePlan,
  run: string,
  options: FillOptions,
): Promise<Filled> {
  const { data } = plan;
  if (data.volumes.length === 0) {
    await makeSecrets(ground, plan, run, options.signal);
    return { compared: [], ahead: {} };
  }
  let values: Values = new Map();
  const filled = await fillAhead(ground, data, run, options, async (inside) => {
    values = await read(inside, plan, options.signal);
  });
  await create(ground, plan, values);
  return filled;
}

async function read({ restic }: Inside, { secrets }: RevivePlan, signal: AbortSignal): Promise<Values> {
  const values = new Map<string, Buffer>();
  for (const { into, snapshot, file } of secrets) {
    const chunks: Buffer[] = [];
    const onStdout = (bytes: Buffer): void => void chunks.push(Buffer.from(bytes));
    await restic.run("read a secret", ["dump", snapshot, file], { onStdout, signal });
    values.set(into, Buffer.concat(chunks));
  }
  return values;
}

async function create({ servers }: Ground, { data }: RevivePlan, values: Values): Promise<void> {
  const wanted = [...values].map(([into, value]) => ({ name: into, value: () => value }));
  if (wanted.length > 0) await servers.swarmOf(data.server).createSecrets(data.stack, wanted);
}
