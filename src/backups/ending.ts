/**
 * Ends a command of ours in a container of an app: whoever stops listening to it does not stop it. It is known by a
 * variable that it was begun with, and all that it has begun since by whose child it is: of another account's process
 * nobody may read the variables there.
 */
import { durationMs, type Clock } from "../core/clock.ts";
import type { Swarm } from "../swarm/types.ts";

const variable = "TANDEM_COMMAND";
/** An engine that does not answer must not hold up what comes after. */
const longestMs = durationMs("15s");

/** Ends with 0 when all of it is gone, 1 when some of it is still there, 3 when nothing of it was found. */
const script = `
of=$1
all=
for p in /proc/[0-9]*; do
  if { tr '\\0' '\\n' < "$p/environ" | grep -qxF "$of"; } 2>/dev/null; then all="$all \${p#/proc/}"; fi
done
[ -n "$all" ] || exit 3
pairs=$(grep '^PPid:' /dev/null /proc/[0-9]*/status 2>/dev/null |
  sed 's|^/proc/\\([0-9]*\\)/status:PPid:[^0-9]*|\\1 |')
grown=1
while [ $grown = 1 ]; do
  grown=0
  set -- $pairs
  while [ $# -gt 1 ]; do
    case " $all " in *" $1 "*) ;; *" $2 "*) all="$all $1"; grown=1;; esac
    shift 2
  done
done
is_left() {
  for p in $all; do
    if grep -q '^State:[^A-Za-z]*[A-Y]' "/proc/$p/status" 2>/dev/null; then return 0; fi
  done
  return 1
}
for signal in TERM KILL; do
  kill -$signal $all 2>/dev/null
  for pause in 1 1 1; do
    is_left || exit 0
    sleep $pause
  done
done
! is_left`.trim();

/** The environment by which a command is found again; `name` is unlike that of any other command. */
export function markOf(name: string): Record<string, string> {
  return { [variable]: name };
}

/** The same for words whose environment cannot be given: they follow these. */
export function marking(name: string): string[] {
  return ["sh", "-c", `${variable}=$0 exec "$@"`, name];
}

/**
 * Ends what was begun with `markOf(name)` in the newest container of a service. `unknown`: nothing of it was found, or
 * the container cannot be asked. Never throws what the engine does.
 */
export async function endCommand(
  { swarm, stack, clock }: { swarm: Pick<Swarm, "exec">; stack: string; clock: Clock },
  service: string,
  name: string,
): Promise<"ended" | "still there" | "unknown"> {
  const late = new AbortController();
  const disarm = clock.after(longestMs, () => late.abort(new Error("it did not answer")));
  try {
    const argv = ["sh", "-c", script, "sh", `${variable}=${name}`];
    const { exitCode } = await swarm.exec(stack, service, { argv, signal: late.signal });
    return exitCode === 0 ? "ended" : exitCode === 1 ? "still there" : "unknown";
  } catch {
    return "unknown";
  } finally {
    disarm();
  }
}
