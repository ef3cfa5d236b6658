import { parseEnv } from "./env-file.ts";

/**
 * The `export NAME=value` lines of an `abra.sh`, by name. The script is data: it is never run. Lines inside
 * functions (indented) count for nothing, and neither do values that a shell would have to work out.
 */
export function readExports(script: string, env: Record<string, string> = {}): Record<string, string> {
  const lines = script
    .split("\n")
    .filter((line) => /^export[ \t]+[A-Za-z_]/.test(line) && !/\$\(|`/.test(line))
    .flatMap((line) => severalExports(line));
  const entries = parseEnv(lines.join("\n"), env);
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

/** `export A=1 B=2` sets two; a value with quotes is left whole. */
function severalExports(line: string): string[] {
  const rest = line.replace(/^export[ \t]+/, "");
  if (/["'#\\]/.test(rest)) return [rest];
  return rest.split(/[ \t;]+(?=[A-Za-z_]\w*=)/).map((one) => one.replace(/[\s;]+$/, ""));
}
