/** A registry that is as strict as the specification: tokens for one repository, pages, ETags, too many requests. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ContractRegistry {
  host: string;
  /** Tags by repository. */
  tags: Map<string, string[]>;
  /** One line per request: path, and what of the headers counts. */
  asked: string[];
  mode: "open" | "token" | "login";
  /** Answers these statuses to the next requests for tags, then as usual. */
  refuse: { status: number; headers?: Record<string, string>; body?: string }[];
  /** Most tags on a page, whatever is asked for. */
  pageSize: number;
  tokenSeconds: number;
  /** Where it says that tokens are to be had; its own place unless set. */
  realm?: string;
  close(): Promise<void>;
}

export async function contractRegistry(): Promise<ContractRegistry> {
  const tokens = new Map<string, string>();
  const registry: ContractRegistry = {
    ...{ host: "", tags: new Map(), asked: [], mode: "open", refuse: [], pageSize: 1000, tokenSeconds: 300 },
    close: () => new Promise((done) => server.close(() => done())),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${registry.host}`);
    if (url.pathname === "/token") {
      giveToken(registry, tokens, url, response);
      return;
    }
    giveTags(registry, tokens, url, request, response);
  });
  await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
  registry.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return registry;
}

function end(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

function giveToken(
  registry: ContractRegistry,
  tokens: Map<string, string>,
  url: URL,
  response: ServerResponse,
): void {
  const scope = url.searchParams.get("scope") ?? "";
  registry.asked.push(`token ${url.searchParams.get("service") ?? "?"} ${scope}`);
  if (url.searchParams.get("service") !== "contract" || !/^repository:[a-z0-9/._-]+:pull$/.test(scope)) {
    end(response, 400, "{}");
    return;
  }
  if (registry.mode === "login") {
    end(response, 401, "{}");
    return;
  }
  const token = `t${tokens.size + 1}`;
  tokens.set(token, scope);
  end(response, 200, JSON.stringify({ token, expires_in: registry.tokenSeconds }));
}

function giveTags(
  registry: ContractRegistry,
  tokens: Map<string, string>,
  url: URL,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const repository = /^\/v2\/([a-z0-9/._-]+)\/tags\/list$/.exec(url.pathname)?.[1] ?? "";
  const { authorization = "", "if-none-match": match } = headers;
  const about = [
    authorization === "" ? [] : [authorization],
    match === undefined ? [] : [`if ${match}`],
  ].flat();
  registry.asked.push([`${url.pathname}${url.search}`, ...about].join(" "));
  const refused = registry.refuse.shift();
  if (refused !== undefined) {
    end(response, refused.status, refused.body ?? "{}", refused.headers);
    return;
  }
  const scope = `repository:${repository}:pull`;
  if (registry.mode !== "open" && tokens.get(authorization.replace("Bearer ", "")) !== scope) {
    const realm = registry.realm ?? `http://${registry.host}/token`;
    const challenge = `Bearer realm="${realm}",service="contract",scope="${scope}"`;
    end(response, 401, "{}", { "www-authenticate": challenge });
    return;
  }
  const all = registry.tags.get(repository);
  if (all === undefined) {
    end(response, 404, '{"errors":[{"code":"NAME_UNKNOWN"}]}');
    return;
  }
  const sorted = [...all].sort();
  const last = url.searchParams.get("last");
  const from = last === null ? 0 : sorted.findIndex((tag) => tag > last);
  const n = Math.min(Number(url.searchParams.get("n") ?? registry.pageSize), registry.pageSize);
  const page = from < 0 ? [] : sorted.slice(from, from + n);
  const etag = `"${createHash("sha256").update(page.join()).digest("hex").slice(0, 12)}"`;
  if (match === etag) {
    end(response, 304, "", { etag });
    return;
  }
  const more = from >= 0 && from + n < sorted.length;
  const next = `</v2/${repository}/tags/list?last=${page.at(-1) ?? ""}&n=${n}>; rel="next"`;
  end(response, 200, JSON.stringify({ name: repository, tags: page }), { etag, ...(more && { link: next }) });
}
