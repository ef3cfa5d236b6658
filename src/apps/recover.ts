/** Settings read back from a running app: abra shows its service `app` the whole `.env`. */
import { parseEnv, setEnv } from "../recipes/index.ts";

export interface Recovered {
  /** The `.env` text: the recipe's sample with the values that run, what it does not know at the end. */
  text: string;
  /** Settings that the sample does not have. */
  added: string[];
  /** Settings of the sample that do not run; they are commented out. */
  absent: string[];
}

/**
 * Rebuilds a `.env` from the variables of a service. `notSettings` are names that come from elsewhere: the
 * compose files, the exports of abra.sh, STACK_NAME. A value that is as in the sample leaves its line alone;
 * a line that was commented out is used for a setting that runs.
 */
export function recoverSettings(
  sample: string,
  variables: readonly string[],
  notSettings: ReadonlySet<string>,
): Recovered {
  const running = new Map(
    variables.map((line): [string, string] => {
      const at = line.indexOf("=");
      return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const known = new Map(parseEnv(sample).map(({ key, value }) => [key, value]));
  let text = sample;
  const absent: string[] = [];
  for (const [key, value] of known) {
    const now = running.get(key);
    if (now === undefined && key !== "STACK_NAME") {
      absent.push(key);
      text = withoutSetting(text, key);
    } else if (now !== undefined && now !== value) text = setEnv(text, key, now);
  }
  const added: string[] = [];
  for (const [key, value] of running) {
    if (known.has(key) || notSettings.has(key) || !/^[A-Za-z_]\w*$/.test(key)) continue;
    const used = uncommented(text, key);
    if (used === text) added.push(key);
    text = setEnv(used, key, value);
  }
  return { text, added, absent };
}

/** Every line that sets the key becomes a comment; lines that go on below become comments too. */
function withoutSetting(text: string, key: string): string {
  let left = text;
  for (const { line } of parseEnv(text)
    .filter((entry) => entry.key === key)
    .reverse()) {
    const lines = left.split("\n");
    let last = line - 1;
    while (lines[last]?.endsWith("\\") === true) last++;
    left = lines.map((one, n) => (n >= line - 1 && n <= last ? `# ${one}` : one)).join("\n");
  }
  return left;
}

/** The first `# KEY=…` line without its sign; the text as it is when there is none. */
function uncommented(text: string, key: string): string {
  const match = new RegExp(`^#[ \\t]?(${key}=.*)$`, "m").exec(text);
  if (match === null || key === "COMPOSE_FILE") return text;
  return text.slice(0, match.index) + (match[1] ?? "") + text.slice(match.index + match[0].length);
}
