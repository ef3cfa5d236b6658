/** `name() {`, `function name {` and `function name() {`, at the beginning of a line. */
const declaration =
  /^(?:function[ \t]+([A-Za-z_][\w-]*)[ \t]*(?:\([ \t]*\))?|([A-Za-z_][\w-]*)[ \t]*\([ \t]*\))[ \t]*(?:\{|$)/;

/**
 * Names of the functions that an `abra.sh` defines, in their order. The script is read, never run here; names that
 * begin with an underscore are helpers of the others and left out.
 */
export function readFunctions(script: string): string[] {
  const names = script.split("\n").flatMap((line) => {
    const match = declaration.exec(line.replace(/\r$/, ""));
    const name = match?.[1] ?? match?.[2];
    return name === undefined || name.startsWith("_") ? [] : [name];
  });
  return [...new Set(names)];
}
