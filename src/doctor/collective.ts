import path from "node:path";
import { lookAtCollective } from "../collective/index.ts";
import { readSecret, type Config } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { Secret } from "../core/secret.ts";
import type { Aside } from "./finding.ts";

/** Whether Open Collective answers, knows the account, and lets the co-op's token read it. Makes nothing there. */
export async function collective({ collective: settings, root }: Config): Promise<string | Aside> {
  const { slug, apiUrl, tokenFile } = settings;
  if (slug === undefined) return { aside: "not configured; nobody is paid through it" };
  const token =
    tokenFile === undefined
      ? undefined
      : new Secret(readSecret(path.resolve(root, tokenFile), "collective.tokenFile"));
  return lookAtCollective({ url: apiUrl, slug, token, clock: systemClock });
}
