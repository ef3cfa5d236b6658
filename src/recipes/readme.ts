/** What a recipe's README says about it: the metadata list and the first sentence. */
export interface ReadmeFacts {
  /** One line of plain text; empty when there is none. */
  description: string;
  category?: string;
  /** All metadata by lower-case name (`status`, `healthcheck`, `backups`, …), as written. */
  metadata: Record<string, string>;
}

const longestDescription = 200;
const longestReadme = 64 * 1024;

export function readReadme(text: string): ReadmeFacts {
  const lines = text.slice(0, longestReadme).split(/\r?\n/);
  const metadata: Record<string, string> = Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^[-*]\s+\*\*([\w ]{1,40})\*\*:\s*(.*)$/.exec(line);
      return match === null ? [] : [[(match[1] ?? "").toLowerCase(), (match[2] ?? "").trim()]];
    }),
  );
  const category = metadata["category"];
  return { description: firstSentence(lines), metadata, ...(category !== undefined && { category }) };
}

/** The first paragraph that is prose: no heading, badge, comment or list. */
function firstSentence(lines: string[]): string {
  const start = lines.findIndex((line) => isProse(line));
  if (start === -1) return "";
  const length = lines.slice(start).findIndex((line) => !isProse(line));
  const paragraph = lines.slice(start, length === -1 ? undefined : start + length).join(" ");
  const clean = plainText(paragraph);
  const stop = /[.!?](?=\s)/.exec(clean);
  const sentence = stop === null ? clean : clean.slice(0, stop.index + 1);
  return sentence.length > longestDescription ? `${sentence.slice(0, longestDescription - 1)}…` : sentence;
}

function isProse(line: string): boolean {
  return /^\s*[^\s#<![\-*|`=]/.test(line) || /^\s*\[[^\]!]+\]\(/.test(line);
}

function plainText(markdown: string): string {
  return markdown
    .replace(/^\s*>\s?/, "")
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]{1,3}/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
