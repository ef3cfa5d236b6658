/** How much each volume holds: restic says that only of everything together. */
import type { Helper } from "../swarm/index.ts";
import { below, containerFolder, tandemFolder, volumeFolder } from "./manifest.ts";
import type { PlannedNode, TakePlan } from "./types.ts";

const script = `
for path in "$@"; do
  find "$path" -type f -exec stat -c %s {} + 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f\\n", sum }'
done`.trim();

/** As `SnapshotPart.held`, once it is known how many bytes restic has read in all. */
export type Held = (readInAll: number) => Record<string, number>;

interface CountedNode {
  node: Pick<PlannedNode, "volumes">;
  withTandem: boolean;
  withContainers: boolean;
}

/**
 * Bytes by volume, of the paths that its labels name where they name some, and by path of a container. Meant to run
 * beside restic, which reads the same folders: tens of thousands of files take a moment. A lone volume that goes as a
 * whole is not read again: it holds what restic has read besides our own files.
 */
export async function count(
  helper: Pick<Helper, "exec">,
  plan: Pick<TakePlan, "app" | "containerPaths">,
  { node, withTandem, withContainers }: CountedNode,
  signal: AbortSignal,
): Promise<Held> {
  const [first, ...others] = node.volumes;
  const bytes = (paths: string[]): Promise<number[]> => bytesAt(helper, plan.app, paths, signal);
  if (first?.paths === null && others.length === 0 && !withContainers) {
    const [ours = 0] = await bytes(withTandem ? [tandemFolder] : []);
    return (readInAll) => ({ [first.short]: Math.max(0, readInAll - ours) });
  }
  const places = [
    ...node.volumes.flatMap(({ name, short, paths }) =>
      (paths ?? [""]).map((path) => ({ counted: short, path: below(volumeFolder(name), path) })),
    ),
    ...(withContainers ? plan.containerPaths : []).map(({ service, path }) => ({
      ...{ counted: `${service}:${path}`, path: below(containerFolder(service), path) },
    })),
  ];
  const sums = await bytes(places.map(({ path }) => path));
  const held: Record<string, number> = {};
  places.forEach(({ counted }, n) => (held[counted] = (held[counted] ?? 0) + (sums[n] ?? 0)));
  return () => held;
}

async function bytesAt(
  helper: Pick<Helper, "exec">,
  app: string,
  paths: string[],
  signal: AbortSignal,
): Promise<number[]> {
  if (paths.length === 0) return [];
  const { exitCode, stdout, stderr } = await helper.exec(["sh", "-c", script, "sh", ...paths], { signal });
  const sums = stdout.split("\n").filter((line) => /^\d+$/.test(line));
  if (exitCode !== 0 || sums.length !== paths.length)
    throw new Error(`counting what the volumes of ${app} hold broke: ${stderr}`);
  return sums.map(Number);
}
