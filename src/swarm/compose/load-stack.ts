import type { LoadedStack, StackFiles } from "./types.ts";

/**
 * Compose files as what `docker stack deploy` would send for them. Reads nothing but what it is handed; throws a
 * Problem that names file and place when the files cannot be deployed.
 */
export function loadStack(_input: StackFiles): LoadedStack {
  throw new Error("compose files are not read yet");
}
