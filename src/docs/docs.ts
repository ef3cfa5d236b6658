import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface DocPage {
  /** File name without `.md`, such as `approve`: the topic of `help` and the end of the address. */
  name: string;
  /** The first heading. */
  title: string;
  /** The first paragraph. */
  summary: string;
}

export interface Docs {
  /** All pages but the index, by name. */
  list(): DocPage[];
  /** The Markdown of a page, or undefined when there is none of that name. */
  read(name: string): string | undefined;
}

/** Reads the manual of this version once. `folder` holds `*.md`; only the names found there can be read. */
export function openDocs(folder = import.meta.dirname): Docs {
  const texts = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith(".md")) texts.set(file.slice(0, -3), readFileSync(path.join(folder, file), "utf8"));
  }
  const pages = [...texts].filter(([name]) => name !== "index").map(([name, text]) => describe(name, text));
  return { list: () => pages, read: (name) => texts.get(name) };
}

function describe(name: string, text: string): DocPage {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.startsWith("# "));
  const after = lines.slice(at + 1);
  const start = after.findIndex((line) => line.trim() !== "");
  const rest = start < 0 ? [] : after.slice(start);
  const end = rest.findIndex((line) => line.trim() === "");
  return {
    name,
    title: at < 0 ? name : (lines[at] ?? "").slice(2).trim(),
    summary: rest.slice(0, end < 0 ? rest.length : end).join(" "),
  };
}
