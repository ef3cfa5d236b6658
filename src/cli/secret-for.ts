import { secretNotText } from "../core/problems/care.ts";

/**
 * The value on standard input for commands that put a secret in (`app secret insert`, `app secret rotate`,
 * `collective token`);
 * undefined for all others, and on a terminal, where the answer is a link. Throws `secret-not-text`.
 */
export async function secretFor(words: readonly string[]): Promise<string | undefined> {
  const isSecret = words.slice(0, 2).join(" ") === "app secret" && /^(insert|rotate)$/.test(words[2] ?? "");
  const takes = isSecret || words.join(" ") === "collective token";
  const { stdin } = process;
  if (!takes || stdin.isTTY) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) throw secretNotText({});
  // A rotation that needs no value is often said without one, by a script with nothing on its input.
  return text === "" && words[2] === "rotate" ? undefined : text;
}
