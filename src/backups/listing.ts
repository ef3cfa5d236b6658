/** What lies in a snapshot, read line by line: a large app has more files than fit into one answer. */
import { StringDecoder } from "node:string_decoder";
import type { Restic } from "./restic/run.ts";
import { resticProblem } from "./restic/failure.ts";

/** What restic says of a file or folder in a snapshot. */
export interface SnapshotNode {
  path: string;
  type: string;
  /** In bytes; folders and links have none. */
  size: number;
}

/** Where volumes lie in a snapshot: as the engine keeps them, which is the label specification's layout. */
export function placeOf(volume: string): string {
  return `/var/lib/docker/volumes/${volume}/_data`;
}

/** Calls `seen` with everything under a folder or file of a snapshot. Throws what restic failed for. */
export async function eachNode(
  restic: Restic,
  about: { repository: string; snapshot: string; under: string },
  seen: (node: SnapshotNode) => void,
): Promise<void> {
  let rest = "";
  const decoder = new StringDecoder("utf8");
  const read = (line: string): void => {
    if (line.trim() === "") return;
    const said = JSON.parse(line) as Partial<SnapshotNode> & { struct_type?: string };
    const { path, type, size = 0 } = said;
    if (said.struct_type !== "node" || path === undefined || type === undefined) return;
    // Older versions list the folders above as well.
    if (path === about.under || path.startsWith(`${about.under}/`)) seen({ path, type, size });
  };
  const ended = await restic.end(["ls", "--json", "--recursive", about.snapshot, about.under], {
    onStdout: (bytes) => {
      const lines = (rest + decoder.write(bytes)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) read(line);
    },
  });
  if (ended.exitCode !== 0)
    throw resticProblem(ended, { repository: about.repository, doing: "list what is in a snapshot" });
  read(rest);
}
