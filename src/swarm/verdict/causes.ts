/** Errors of the engine after which no retry helps, and the code that each gets. First match wins. */
const fatal: [RegExp, string][] = [
  [/No such image|manifest unknown|unsupported manifest|manifest for .* not found/i, "image-not-found"],
  [/pull access denied|repository does not exist/i, "image-not-found"],
  [/invalid mount config|bind source path does not exist|error while mounting|failed to mount/i, "bad-mount"],
  [/executable file not found|exec format error/i, "cannot-exec"],
  [/(no such file or directory|permission denied|is a directory): unknown/i, "cannot-exec"],
  [/port is already allocated|address already in use/i, "port-in-use"],
  [/(secret|config)\b.*\bnot found|(secret|config) reference/i, "missing-secret"],
];

/** The code of an error after which no retry helps, or undefined. */
export function fatalCode(err: string): string | undefined {
  return fatal.find(([pattern]) => pattern.test(err))?.[1];
}

/** The code of what keeps a task pending: the scheduler says it in words. */
export function pendingCode(err: string): string {
  if (/port already in use/i.test(err)) return "port-in-use";
  if (/insufficient resources/i.test(err)) return "no-resources";
  return "no-node";
}

/** Why a verdict is what it is, in words. `detail` is the engine's own text. */
export function reasonFor(code: string, service: string, detail: string): string {
  const said = detail === "" ? "" : `: ${detail.trim().replace(/\.$/, "")}`;
  const known: Record<string, string> = {
    "image-not-found": `${service}'s image cannot be had${said}.`,
    "bad-mount": `${service} cannot start, a folder or volume to mount is not there${said}.`,
    "cannot-exec": `${service} cannot start, its program cannot be run${said}.`,
    "port-in-use": `${service} cannot have its port, something else holds it${said}.`,
    "missing-secret": `${service} cannot start without a secret or config${said}.`,
    "crash-loop": `${service} starts and ends again and again${said}.`,
    crashed: `${service} ended and is not restarted${said}.`,
    unhealthy: `${service} runs, but its healthcheck says it is not well${said}.`,
    "not-ready": `${service} was not ready in time${said}.`,
    "no-node": `No server can run ${service}${said}.`,
    "no-resources": `No server has room for ${service}${said}.`,
    paused: `Swarm stopped the update of ${service} half-way${said}. Old and new tasks may run side by side.`,
    "rollback-paused": `${service} failed, and going back failed too${said}. It needs a person now.`,
    "rolled-back": `Swarm put ${service} back to the version from before${said}.`,
    "service-gone": `${service} was removed while it was being watched.`,
    drifted: `${service} does not run what was deployed${said}.`,
    "changed-meanwhile": `${service} was changed by somebody else while it was being watched.`,
  };
  return known[code] ?? `${service}: ${detail}`;
}
