import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { registryBusy, registryUnreachable, registryWantsLogin } from "../core/problems/registries.ts";
import { schema, type Db } from "../db/index.ts";
import { ask, NoAnswer, type Answer, type Fetch } from "./ask.ts";
import { addressOf, imageName, repositoryOf, type ImageName } from "./image-name.ts";
import { openPace, type Pace } from "./pace.ts";
import { fetchToken, readChallenge, type Token } from "./token.ts";
import type { Registries, TagList } from "./types.ts";

export interface RegistriesOptions {
  db: Db;
  clock: Clock;
  fetch?: Fetch;
}

/** An answer younger than this is not asked for again. */
export const freshForMs = 3_600_000;
const tagsPerPage = 1000;
/** Docker Hub's largest repositories have some 20,000 tags. */
export const mostPages = 50;

const Page = z.object({ tags: z.array(z.string().max(128)).nullish() });

interface Desk {
  db: Db;
  clock: Clock;
  fetcher: Fetch;
  paceOf: (host: string) => Pace;
  tokens: Map<string, Token>;
}

/** Opens the registries; nothing is asked yet. Answers are kept in the database, tokens only in memory. */
export function openRegistries({ db, clock, fetch: fetcher = fetch }: RegistriesOptions): Registries {
  const paces = new Map<string, Pace>();
  const paceOf = (host: string): Pace => {
    const pace = paces.get(host) ?? openPace(host, clock);
    paces.set(host, pace);
    return pace;
  };
  const desk: Desk = { db, clock, fetcher, paceOf, tokens: new Map() };
  return { tags: (image) => tagsOf(desk, imageName(image)) };
}

type Kept = typeof schema.registryAnswer.$inferSelect;

async function tagsOf(desk: Desk, name: ImageName): Promise<TagList> {
  const { db, clock } = desk;
  const { registryAnswer } = schema;
  const repository = repositoryOf(name);
  const kept = db.orm.select().from(registryAnswer).where(eq(registryAnswer.repository, repository)).get();
  if (kept !== undefined && clock.now() - kept.askedAt < freshForMs) return readKept(kept, null);
  try {
    const { tags, etag } = await askAnew(desk, name, kept);
    const answer = { etag, tags: JSON.stringify(tags), askedAt: clock.now() };
    db.orm
      .insert(registryAnswer)
      .values({ repository, ...answer })
      .onConflictDoUpdate({ target: registryAnswer.repository, set: answer })
      .run();
    return { tags, askedAt: answer.askedAt, stale: null };
  } catch (thrown) {
    const problem =
      thrown instanceof NoAnswer
        ? registryUnreachable({ host: name.host, reason: thrown.message }, thrown)
        : thrown;
    if (!(problem instanceof Problem) || kept === undefined) throw problem;
    return readKept(kept, problem.text.happened);
  }
}

function readKept({ tags, askedAt }: Kept, stale: string | null): TagList {
  return { tags: JSON.parse(tags) as string[], askedAt, stale };
}

/** All pages. The ETag is kept when one page is all: of several it would speak of the first alone. */
async function askAnew(
  desk: Desk,
  name: ImageName,
  kept: Kept | undefined,
): Promise<{ tags: string[]; etag: string | null }> {
  const base = addressOf(name.host);
  const tags: string[] = [];
  let url = `${base}/v2/${name.path}/tags/list?n=${tagsPerPage}`;
  for (let page = 1; ; page++) {
    const ifNoneMatch = page === 1 && kept?.etag != null ? { "if-none-match": kept.etag } : {};
    const answer = await askRegistry(desk, name, url, ifNoneMatch);
    if (answer.status === 304 && kept !== undefined) {
      return { tags: JSON.parse(kept.tags) as string[], etag: kept.etag };
    }
    tags.push(...readPage(answer));
    const next = nextPage(answer.headers.get("link"), url);
    if (next === undefined) return { tags, etag: page === 1 ? answer.headers.get("etag") : null };
    if (!next.startsWith(`${base}/v2/`)) throw new NoAnswer("it sends on to another place");
    if (page === mostPages) throw new NoAnswer(`it has more than ${mostPages} pages of tags`);
    url = next;
  }
}

/** One page, with a token when one is wanted. Throws `NoAnswer` and problems for everything but 200 and 304. */
async function askRegistry(
  desk: Desk,
  name: ImageName,
  url: string,
  more: Record<string, string>,
): Promise<Answer> {
  const { fetcher, clock, tokens } = desk;
  const repository = repositoryOf(name);
  const pace = desk.paceOf(name.host);
  const once = async (): Promise<Answer> => {
    await pace.turn();
    const token = tokens.get(repository);
    const isGood = token !== undefined && token.until > clock.now();
    const authorization = isGood ? { authorization: `Bearer ${token.value}` } : {};
    return ask(fetcher, url, { accept: "application/json", ...more, ...authorization });
  };
  let answer = await once();
  if (answer.status === 401) {
    const challenge = readChallenge(answer.headers.get("www-authenticate"));
    const askedHost = new URL(url).host;
    const wish = { askedHost, path: name.path, now: clock.now() };
    const token = challenge && (await fetchToken(fetcher, challenge, wish));
    if (token === undefined) throw registryWantsLogin({ host: name.host, repository: name.path });
    tokens.set(repository, token);
    answer = await once();
  }
  return orProblem(answer, name, pace);
}

function orProblem(answer: Answer, { host, path }: ImageName, pace: Pace): Answer {
  const { status, headers } = answer;
  if (status === 200 || status === 304) return answer;
  if (status === 401 || status === 403) throw registryWantsLogin({ host, repository: path });
  if (status === 404) throw new NoAnswer(`it knows no ${path}`);
  if (status === 429 || status === 503) {
    const until = pace.leaveAlone(headers.get("retry-after"));
    throw registryBusy({ host, until });
  }
  throw new NoAnswer(
    status >= 300 && status < 400 ? "it sends on to another place" : `it answered ${status}`,
  );
}

function readPage({ text }: Answer): string[] {
  try {
    return Page.parse(JSON.parse(text)).tags ?? [];
  } catch {
    throw new NoAnswer("its answer is no list of tags");
  }
}

/** `Link: </v2/…?last=…&n=…>; rel="next"`, resolved against the page that it came with. */
function nextPage(link: string | null, from: string): string | undefined {
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/i.exec(link ?? "")?.[1];
  if (target === undefined) return undefined;
  return URL.parse(target, from)?.href ?? undefined;
}
