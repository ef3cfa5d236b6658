import { appDomainTooLong } from "../core/problems/apps.ts";
import type { AppDomain } from "../core/terms.ts";

/**
 * abra's limit: secrets and configs are named after the stack, and Docker caps their names at 64 characters.
 */
const longestStack = 45;

/**
 * The stack of an app: its domain with dots as underscores, as abra does it. Throws `app-domain-too-long`.
 */
export function stackNameOf(domain: AppDomain): string {
  if (domain.length > longestStack) {
    throw appDomainTooLong({ app: domain, length: domain.length, limit: longestStack });
  }
  return domain.replaceAll(".", "_");
}
