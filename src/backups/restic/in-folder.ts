import type { Helper } from "../../swarm/index.ts";
import { mountedAt } from "./access.ts";

const look = `
cd "$1/snapshots" 2>/dev/null || exit 0
shift
for prefix in "$@"; do
  for file in "$prefix"*; do
    [ -f "$file" ] && [ "$(sha256sum < "$file" | cut -c 1-64)" = "$file" ] && echo "$file"
  done
done
exit 0`.trim();

/**
 * The whole ids of the snapshots that begin so and are seen, whole, in a repository that is a folder; none where it is
 * something else. A snapshot's file is called by the checksum of what is in it (restic's design, "Repository Format"):
 * to look at that is quicker by half a second than to let restic open the repository.
 */
export async function snapshotsInFolder(
  helper: Pick<Helper, "exec">,
  prefixes: readonly string[],
): Promise<string[]> {
  const { stdout } = await helper.exec(["sh", "-c", look, "sh", mountedAt, ...prefixes]);
  return stdout.split("\n").filter((line) => /^[0-9a-f]{64}$/.test(line));
}
