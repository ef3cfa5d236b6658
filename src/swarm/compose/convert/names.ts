/** Names and labels by which the CLI, abra and Tandem recognise what belongs to a stack. They stay byte-equal. */
export const namespaceLabel = "com.docker.stack.namespace";
export const imageLabel = "com.docker.stack.image";

/** The full name of something of the stack: its own, or the key behind the stack's name. */
export function fullName(stack: string, key: string, name: string | undefined): string {
  return name === undefined || name === "" ? `${stack}_${key}` : name;
}

/** Labels with the stack's own. */
export function stackLabels(
  stack: string,
  labels: ReadonlyMap<string, string> | undefined,
): Record<string, string> {
  return { ...Object.fromEntries(labels ?? []), [namespaceLabel]: stack };
}

/** Networks that every node has by itself and that know no aliases. */
export function isBuiltIn(network: string): boolean {
  return ["", "default", "bridge", "host", "none"].includes(network) || network.startsWith("container:");
}
