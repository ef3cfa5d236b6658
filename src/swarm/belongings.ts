import { Problem } from "../core/problem.ts";
import type { Engine } from "./engine/connect.ts";
import { bodyOnly, unlessThere } from "./make.ts";
import { namespaceLabel } from "./plan/rendered.ts";

/**
 * On the secrets that Tandem makes. Not the label of the stack: whatever bears that goes with `docker stack rm`, and
 * with abra's undeploy, while volumes stay that only these values open.
 */
const ownerLabel = "tandem.stack";

/** What is left of a stack when nothing of it runs. */
export interface Belongings {
  /** By name, each once, on whichever node it is. */
  volumes: string[];
  secrets: string[];
  /** Nodes that could not be asked for volumes, as the Swarm calls them. */
  unseen: string[];
}

/** Volumes and secrets of a stack. Volumes are a node's own and are asked for on every one (moby#27552). */
export async function belongingsOf(engine: Engine, stack: string): Promise<Belongings> {
  const [secrets, { there, unseen }] = await Promise.all([secretsOf(engine, stack), everyNode(engine)]);
  const label = [`${namespaceLabel}=${stack}`];
  const volumes = (await Promise.all(there.map((node) => node.volumes({ label })))).flat();
  return { volumes: [...new Set(volumes.map((one) => one.Name))].sort(), secrets, unseen };
}

/**
 * Names of the secrets of a stack: by label, and without label by their prefix, because abra makes them so. A prefix
 * that a longer stack's name shares (`a_b_…` of stack `a` and of stack `a_b`) counts for the longer.
 */
export async function secretsOf(engine: Engine, stack: string): Promise<string[]> {
  const [secrets, services] = await Promise.all([engine.secrets(), engine.services()]);
  const ownerOf = ({ Labels }: { Labels?: Record<string, string> | null }): string | undefined =>
    Labels?.[ownerLabel] ?? Labels?.[namespaceLabel];
  const owners = [...secrets, ...services].map(({ Spec }) => ownerOf(Spec));
  const longer = [...new Set(owners)].filter((other) => other?.startsWith(`${stack}_`) === true);
  const mine = secrets.filter(({ Spec }) => {
    const owner = ownerOf(Spec);
    if (owner !== undefined) return owner === stack;
    return (
      Spec.Name.startsWith(`${stack}_`) && !longer.some((other) => Spec.Name.startsWith(`${other ?? ""}_`))
    );
  });
  return mine.map(({ Spec }) => Spec.Name).sort();
}

/** The engines of all nodes of the Swarm, and the names of those to which no way leads just now. */
export async function everyNode(engine: Engine): Promise<{ there: Engine[]; unseen: string[] }> {
  const there: Engine[] = [];
  const unseen: string[] = [];
  await Promise.all(
    (await engine.nodes()).map(async ({ ID, Description }) => {
      try {
        const node = await engine.at(ID);
        await node.version();
        there.push(node);
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        unseen.push(Description.Hostname);
      }
    }),
  );
  return { there, unseen: unseen.sort() };
}

/** Creates the secrets that do not exist; each value is asked for when it is sent, and kept nowhere. */
export async function createSecrets(
  engine: Engine,
  stack: string,
  wanted: { name: string; value: () => string | Buffer }[],
): Promise<{ created: string[] }> {
  const known = new Set((await engine.secrets()).map((one) => one.Spec.Name));
  const created: string[] = [];
  for (const { name, value } of wanted) {
    if (known.has(name)) continue;
    const made = await unlessThere(engine, `create the secret ${name}`, () =>
      engine.docker.createSecret(
        bodyOnly({
          Name: name,
          Labels: { [ownerLabel]: stack },
          Data: Buffer.from(value()).toString("base64"),
        }),
      ),
    );
    if (made) created.push(name);
  }
  return { created };
}
