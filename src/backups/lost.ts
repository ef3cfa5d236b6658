/** An app that is known and does not run: lost with its machine, or with something of it left on its server. */
import { restoreNotRunning } from "../core/problems/restoring.ts";
import type { Problem } from "../core/problem.ts";
import type { App } from "../apps/types.ts";
import { envValues } from "../recipes/index.ts";
import type { Ground } from "./open.ts";
import { withManifest } from "./read-manifest.ts";
import { intoOf } from "./restoring.ts";
import type { RestoreFacts } from "./restoring-types.ts";
import type { Backup, Manifest } from "./types.ts";

/**
 * No service, volume or secret of it is on its server. Then it is brought up from the backup alone, because a deploy
 * would make new secrets, and what was encrypted with the old ones could never be read again.
 */
export async function isLost({ servers }: Ground, { server, stack }: App): Promise<boolean> {
  const swarm = servers.swarmOf(server);
  const [running] = await swarm.stacks(stack);
  if (running !== undefined) return false;
  const { volumes, secrets } = await swarm.belongings(stack);
  return volumes.length + secrets.length === 0;
}

/** What to say of an app that does not run: what is left of it, and which secrets a deploy would make anew. */
export async function notRunning(ground: Ground, app: App, backup: Backup, run: string): Promise<Problem> {
  const { server, stack, domain } = app;
  const swarm = ground.servers.swarmOf(server);
  const { volumes, secrets } = await swarm.belongings(stack);
  const left = [...volumes, ...secrets];
  const said = { app: domain, server, backup: backup.id, left };
  if (left.length === 0) return restoreNotRunning({ ...said, anew: [] });
  await swarm.dropHelpers(run, [null]);
  const manifest = await withManifest(ground, backup, { server, run }, (read) => Promise.resolve(read));
  const there = await swarm.secretNames();
  const wanted = new Set(manifest.secrets.map(({ name }) => intoOf(name, manifest.stack, stack)));
  return restoreNotRunning({ ...said, anew: [...wanted].filter((name) => !there.has(name)).sort() });
}

/** What a known app has otherwise by now than the backup from which it is brought up: names only. */
export function changedSince(
  { apps }: Pick<Ground, "apps">,
  app: App,
  { env }: Pick<Manifest, "env">,
  { version, runs }: Pick<RestoreFacts, "version" | "runs">,
): string[] {
  const [now, then] = [envValues(apps.envOf(app.domain)), envValues(env)];
  const keys = [...new Set([...Object.keys(now), ...Object.keys(then)])];
  const others = keys.filter((key) => now[key] !== then[key]).sort();
  return [
    ...(runs !== null && version !== null && runs !== version
      ? [`It was at ${runs} last, and comes back as ${version}, as it was in the backup.`]
      : []),
    ...(others.length > 0
      ? [`Settings that were changed since the backup go back, too: ${others.join(", ")}.`]
      : []),
  ];
}
