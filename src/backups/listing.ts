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

/** What a line is about: `message_type` since 0.17, which says of the other that it will go. */
interface Kinds {
  message_type?: string;
  struct_type?: string;
}

/** Where volumes lie in a snapshot: as the engine keeps them, which is the label specification's layout. */
export function placeOf(volume: string): string {
  return `/var/lib/docker/volumes/${volume}/_data`;
}

/**
 * Calls `seen` once with everything under some folders or files of a snapshot: one call for all, because restic takes
 * half a second to open a repository. Throws what restic failed for.
 */
export async function eachNode(
  restic: Restic,
  { repository, snapshot, under }: { repository: string; snapshot: string; under: readonly string[] },
  seen: (node: SnapshotNode) => void,
): Promise<void> {
  let rest = "";
  const decoder = new StringDecoder("utf8");
  const read = (line: string): void => {
    if (line.trim() === "") return;
    const said = JSON.parse(line) as Partial<SnapshotNode> & Kinds;
    const { path, type, size = 0, message_type, struct_type } = said;
    if ((message_type ?? struct_type) !== "node" || path === undefined || type === undefined) return;
    // Older versions list the folders above as well.
    if (under.some((place) => isUnder(place, path))) seen({ path, type, size });
  };
  const ended = await restic.end(["ls", "--json", "--recursive", snapshot, ...under], {
    onStdout: (bytes) => {
      const lines = (rest + decoder.write(bytes)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) read(line);
    },
  });
  if (ended.exitCode !== 0) throw resticProblem(ended, { repository, doing: "list what is in a snapshot" });
  read(rest);
}

/** Whether a path is this folder or file, or in it. */
export function isUnder(place: string, path: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}
