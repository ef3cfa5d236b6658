/** How much each volume holds: restic says that only of everything together. */
import type { Helper } from "../swarm/index.ts";
import { below, containerFolder, volumeFolder } from "./manifest.ts";
import type { PlannedNode, TakePlan } from "./types.ts";

const script = `
for path in "$@"; do
  find "$path" -type f -exec stat -c %s {} + 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f\\n", sum }'
done`.trim();

/**
 * As `SnapshotPart.held`: bytes by volume, of the paths that its labels name where they name some, and by path of a
 * container. Meant to run beside restic, which reads the same folders: tens of thousands of files take a moment.
 */
export async function count(
  helper: Pick<Helper, "exec">,
  plan: Pick<TakePlan, "app" | "containerPaths">,
  node: Pick<PlannedNode, "volumes">,
  about: { hasContainerPaths: boolean; signal: AbortSignal },
): Promise<Record<string, number>> {
  const places = [
    ...node.volumes.flatMap(({ name, short, paths }) =>
      (paths ?? [""]).map((path) => ({ counted: short, path: below(volumeFolder(name), path) })),
    ),
    ...(about.hasContainerPaths ? plan.containerPaths : []).map(({ service, path }) => ({
      ...{ counted: `${service}:${path}`, path: below(containerFolder(service), path) },
    })),
  ];
  if (places.length === 0) return {};
  const words = ["sh", "-c", script, "sh", ...places.map(({ path }) => path)];
  const { exitCode, stdout, stderr } = await helper.exec(words, { signal: about.signal });
  const sums = stdout.split("\n").filter((line) => /^\d+$/.test(line));
  if (exitCode !== 0 || sums.length !== places.length)
    throw new Error(`counting what the volumes of ${plan.app} hold broke: ${stderr}`);
  const held: Record<string, number> = {};
  places.forEach(({ counted }, n) => (held[counted] = (held[counted] ?? 0) + Number(sums[n])));
  return held;
}
