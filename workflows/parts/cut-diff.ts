/** Lines of a difference that a question shows. */
const shown = 20;

/** The beginning of a difference, with how much more there is. */
export function cutDiff(diff: string): { text: string; isCut: boolean } {
  const lines = diff.split("\n");
  const left = lines.length - shown;
  if (left <= 0) return { text: diff, isCut: false };
  const more = `… and ${left} more line${left === 1 ? "" : "s"}`;
  return { text: [...lines.slice(0, shown), more].join("\n"), isCut: true };
}
