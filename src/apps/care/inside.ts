/** Commands inside the containers of an app. */
import { hashOf, sha256 } from "../../core/canonical.ts";
import { functionUnknown, scriptTooLarge } from "../../core/problems/care.ts";
import { planChanged } from "../../core/problems/swarm.ts";
import type { AppDomain } from "../../core/terms.ts";
import { readFunctions } from "../../recipes/index.ts";
import type { ExecRequest } from "../../swarm/types.ts";
import { reading, scriptIn, type Ground, type Reading } from "./reading.ts";
import type { AppInside, ExecAsk, ExecPlan } from "./types.ts";

/** What Linux takes as one variable of an environment (MAX_ARG_STRLEN), less its name. */
const longestScriptBytes = 131_000;
/** As abra: bash where there is one. `eval` reads the script from the environment, so no file is left behind. */
const withScript = [
  "if command -v bash >/dev/null 2>&1; then",
  `exec bash -c 'eval "$ABRA_SH"; "$@"' abra "$@"; fi; eval "$ABRA_SH"; "$@"`,
].join(" ");

export function openInside(parts: Ground & { execApproval: boolean }): AppInside {
  const { rows, servers, execApproval } = parts;
  const place = (domain: AppDomain) => {
    const { server, stack } = rows.get(domain);
    return { swarm: servers.swarmOf(server), stack };
  };
  return {
    functions: (domain) =>
      reading(parts, domain, ({ checkout }) => ({
        version: checkout.version,
        functions: readFunctions(scriptIn(checkout)),
      })),
    async planExec(domain, ask) {
      const { swarm, stack } = place(domain);
      const running = await swarm.tasks(stack);
      const scriptHash = ask.isFunction
        ? await reading(parts, domain, (read) => sha256(allowedScript(read, ask)))
        : "";
      const image = running.find((task) => task.service === ask.service && task.state === "running")?.image;
      const words = wordsOf(ask.argv);
      const plan = { ...ask, domain, words, scriptHash };
      return { ...plan, asks: execApproval, hash: hashOf({ ...plan, image: image ?? null }) };
    },
    async exec(plan, signal) {
      const { swarm, stack } = place(plan.domain);
      const request = plan.isFunction
        ? await reading(parts, plan.domain, (read) => functionRequest(read, plan))
        : { argv: plan.argv };
      const user = plan.user === undefined ? {} : { user: plan.user };
      const { exitCode, output, isCut } = await swarm.execRedacted(stack, plan.service, {
        ...request,
        ...user,
        signal,
      });
      return { exitCode, output, isCut };
    },
  };
}

/** The script when it defines the function. Throws `function-unknown` with those that it defines. */
function allowedScript({ app, checkout }: Reading, { argv }: Pick<ExecAsk, "argv">): string {
  const script = scriptIn(checkout);
  const known = readFunctions(script);
  const name = argv[0] ?? "";
  if (!known.includes(name))
    throw functionUnknown({ app: app.domain, name, version: checkout.version, known });
  if (Buffer.byteLength(script) > longestScriptBytes) throw scriptTooLarge({ app: app.domain });
  return script;
}

function functionRequest(read: Reading, plan: ExecPlan): ExecRequest {
  const script = allowedScript(read, plan);
  const { stack, domain } = read.app;
  if (sha256(script) !== plan.scriptHash) throw planChanged({ stack, what: "its abra.sh was changed since" });
  return {
    argv: ["sh", "-c", withScript, "abra", ...plan.argv],
    env: { ABRA_SH: script, TARGET: plan.service, APP_NAME: domain, STACK_NAME: stack },
  };
}

/** The words as they would be typed: quoted where they need it. */
function wordsOf(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
