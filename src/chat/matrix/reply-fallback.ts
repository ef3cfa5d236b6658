/**
 * Clients used to put the quoted message in front of a reply (Matrix specification before 1.13, "Fallbacks for rich
 * replies"), and some still do. A command is what the person typed below.
 */

/** The plain text without the quoted lines and the empty line after them. */
export function withoutReply(body: string): string {
  if (!body.startsWith("> ")) return body;
  const lines = body.split("\n");
  const first = lines.findIndex((line) => !line.startsWith("> ") && line !== ">");
  if (first < 0) return "";
  return lines.slice(lines[first] === "" ? first + 1 : first).join("\n");
}

/** The HTML without its leading `<mx-reply>`. */
export function withoutHtmlReply(html: string): string {
  const end = "</mx-reply>";
  if (!html.trimStart().startsWith("<mx-reply>")) return html;
  const at = html.indexOf(end);
  return at < 0 ? html : html.slice(at + end.length);
}
