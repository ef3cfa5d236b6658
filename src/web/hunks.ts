import { diffLines } from "../core/diff.ts";

/**
 * What changed between two texts with `context` lines around, and a line `⋯` where equal lines were left out.
 */
export function hunks(before: string, after: string, context = 2): string {
  const lines = diffLines(before, after);
  const shown = new Set<number>();
  lines.forEach(({ sign }, index) => {
    if (sign === " ") return;
    for (let near = index - context; near <= index + context; near++) shown.add(near);
  });
  return lines
    .flatMap(({ sign, text }, index) => {
      if (shown.has(index)) return [`${sign} ${text}`];
      return shown.has(index - 1) && lines.slice(index).some((_, later) => shown.has(index + later))
        ? ["⋯"]
        : [];
    })
    .join("\n");
}
