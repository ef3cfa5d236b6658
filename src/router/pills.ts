/**
 * Pills: a mention arrives as a display name in the plain body and as a link to matrix.to in the HTML. Only the
 * link says who is meant, so each name is replaced by the Matrix id that its link carries.
 */
const anchor = /<a\s([^<>]*)>([^<]*)<\/a>/gi;
const href = /\bhref=(?:"([^"]*)"|'([^']*)')/i;
/** More HTML than this a command does not have: what is beyond is not looked at. */
const longestHtml = 16_384;
/** More people than this a command does not name. */
const mostPills = 32;
const markdownLink = /\[([^[\]\n]*)\]\(<?(https:\/\/matrix\.to\/#\/[^\s)>]+|matrix:[^\s)>]+)>?\)/g;
const bareLink = /<?(https:\/\/matrix\.to\/#\/[^\s>]+|matrix:u\/[^\s>]+)>?/g;

/** The plain text with every pill and matrix.to link as the id that it stands for. */
export function withPills(text: string, html?: string): string {
  let rest = text
    .replace(markdownLink, (whole, _name, link: string) => idOf(link) ?? whole)
    .replace(bareLink, (whole, link: string) => idOf(link) ?? whole);
  let done = "";
  for (const pill of pillsIn(html ?? "")) {
    const at = placeOf(pill.name, rest);
    if (at === -1) continue;
    done += rest.slice(0, at) + pill.id;
    rest = rest.slice(at + pill.name.length);
  }
  return done + rest;
}

const ofWord = /[\p{L}\p{N}]/u;

/** Where the name stands as a word of its own: Bo is not in Bobby. */
function placeOf(name: string, text: string): number {
  if (name === "") return -1;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!ofWord.test(text[at - 1] ?? " ") && !ofWord.test(text[at + name.length] ?? " ")) return at;
  }
  return -1;
}

/** Whom the pills in the HTML name, in order: the words that are shown and the id behind them. */
export function pillsIn(html: string): { name: string; id: string }[] {
  const found = [...html.slice(0, longestHtml).matchAll(anchor)].flatMap((match) => {
    const link = href.exec(match[1] ?? "");
    const id = idOf(unescape(link?.[1] ?? link?.[2] ?? ""));
    return id === undefined ? [] : [{ id, name: unescape(match[2] ?? "") }];
  });
  return found.slice(0, mostPills);
}

/**
 * The id in a link: `@bo:example.coop` in https://matrix.to/#/%40bo%3Aexample.coop or matrix:u/bo:example.coop. A link
 * to a message (a room and an event) stands for no id and stays as it is.
 */
function idOf(link: string): string | undefined {
  const written = /^https:\/\/matrix\.to\/#\/([^?/]+)(?:[?]|\/?$)/.exec(link)?.[1];
  const user = /^matrix:u\/([^?/]+)/.exec(link)?.[1];
  try {
    const id = written !== undefined ? decodeURIComponent(written) : user && `@${decodeURIComponent(user)}`;
    return id !== undefined && /^[@#!][^\s"'\\]+$/.test(id) ? id : undefined;
  } catch {
    // A broken percent sign: then it is a link like any other and stays as it was typed.
    return undefined;
  }
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };

function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (whole, name: string) => entities[name] ?? whole);
}
