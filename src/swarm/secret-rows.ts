/** Secrets of a stack: which there are, who uses them, and taking them away. Their values never come back. */
import { secretInUse } from "../core/problems/swarm.ts";
import { secretsOf } from "./belongings.ts";
import type { Engine } from "./engine/connect.ts";
import { unlessGone } from "./gone.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";

export interface SecretRow {
  name: string;
  /** Services whose spec names it: short names for those of the stack, whole ones for others. */
  usedBy: string[];
}

/** Every secret of the stack, and every one that a service of it uses, by name. */
export async function secretRows(engine: Engine, stack: string): Promise<SecretRow[]> {
  const [own, services] = await Promise.all([secretsOf(engine, stack), engine.services()]);
  const users = new Map<string, string[]>(own.map((name) => [name, []]));
  for (const { Spec } of services) {
    const isOwn = Spec.Labels?.[namespaceLabel] === stack;
    for (const { SecretName } of Spec.TaskTemplate.ContainerSpec.Secrets ?? []) {
      if (!isOwn && !users.has(SecretName)) continue;
      const user = isOwn ? shortName(stack, Spec.Name) : Spec.Name;
      users.set(SecretName, [...(users.get(SecretName) ?? []), user]);
    }
  }
  return [...users]
    .map(([name, usedBy]) => ({ name, usedBy: usedBy.sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Removes secrets by name; one that is gone is as good. Throws `secret-in-use` before anything is removed when
 * a service uses one of them: the engine would refuse it.
 */
export async function removeSecrets(engine: Engine, stack: string, names: readonly string[]): Promise<void> {
  const rows = await secretRows(engine, stack);
  const used = rows.find(({ name, usedBy }) => names.includes(name) && usedBy.length > 0);
  if (used !== undefined) throw secretInUse({ name: used.name, services: used.usedBy });
  const ids = new Map((await engine.secrets()).map((one) => [one.Spec.Name, one.ID]));
  for (const name of names) {
    const id = ids.get(name);
    if (id === undefined) continue;
    await unlessGone(engine, `remove the secret ${name}`, () => engine.docker.getSecret(id).remove());
  }
}
