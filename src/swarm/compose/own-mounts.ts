import { composeOwnMount } from "../../core/problems/compose.ts";
import type { LoadedStack } from "./types.ts";

/**
 * Throws `compose-own-mount` for a bind whose source starts from the recipe's folder: only Tandem has that folder,
 * under another name in each step and for as long as the step lasts.
 */
export function refuseOwnMounts({ services }: LoadedStack): void {
  for (const { service, binds } of services) {
    const source = binds.find(({ relative }) => relative !== undefined)?.relative;
    if (source !== undefined) throw composeOwnMount({ service, source });
  }
}
