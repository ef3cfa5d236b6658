import { composeEnvFile } from "../../core/problems/compose.ts";

/**
 * The lines of an env_file: raw `NAME=value`, quotes and trailing space kept; a bare `NAME` takes its value from the
 * environment or falls away (docker CLI, pkg/kvfile).
 */
export function readEnvFile(
  text: string,
  file: string,
  env: Readonly<Record<string, string>>,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const line = raw.replace(/\r$/, "").trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    const name = at < 0 ? line : line.slice(0, at);
    if (name === "") throw composeEnvFile({ file, line: index + 1, what: "there is no name before the =" });
    if (/[ \t]/.test(name)) {
      throw composeEnvFile({ file, line: index + 1, what: `the name ${name} has a space in it` });
    }
    const value = at < 0 && Object.hasOwn(env, name) ? env[name] : line.slice(at + 1);
    if (at >= 0 || Object.hasOwn(env, name)) values.set(name, value ?? "");
  }
  return values;
}
