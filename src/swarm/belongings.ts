import type { Engine } from "./engine/connect.ts";
import { bodyOnly, unlessThere } from "./make.ts";
import { namespaceLabel } from "./plan/rendered.ts";

/**
 * Names of the volumes and secrets of a stack: by label; and secrets without label by their prefix, because
 * abra makes them so. A prefix that a longer stack's name shares (`a_b_…` of stack `a` and of stack `a_b`)
 * counts for the longer. Volumes are those of the node that is asked.
 */
export async function belongingsOf(
  engine: Engine,
  stack: string,
): Promise<{ volumes: string[]; secrets: string[] }> {
  const [volumes, secrets, services] = await Promise.all([
    engine.volumes({ label: [`${namespaceLabel}=${stack}`] }),
    engine.secrets(),
    engine.services(),
  ]);
  const labels = [...secrets, ...services].map(({ Spec }) => Spec.Labels?.[namespaceLabel]);
  const longer = [...new Set(labels)].filter((other) => other?.startsWith(`${stack}_`) === true);
  const mine = secrets.filter(({ Spec }) => {
    const owner = Spec.Labels?.[namespaceLabel];
    if (owner !== undefined) return owner === stack;
    return (
      Spec.Name.startsWith(`${stack}_`) && !longer.some((other) => Spec.Name.startsWith(`${other ?? ""}_`))
    );
  });
  return {
    volumes: volumes.map((one) => one.Name).sort(),
    secrets: mine.map(({ Spec }) => Spec.Name).sort(),
  };
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
          Labels: { [namespaceLabel]: stack },
          Data: Buffer.from(value()).toString("base64"),
        }),
      ),
    );
    if (made) created.push(name);
  }
  return { created };
}
