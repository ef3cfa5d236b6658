/** The catalogue that the settings name: read from a file here, or asked for at most every hour and kept. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import { messageOf, Problem } from "../../core/problem.ts";
import { catalogueUnreachable, catalogueUnreadable } from "../../core/problems/catalogue.ts";
import { ageInWords } from "../age.ts";
import { withoutCredentials } from "../git.ts";
import { catalogueLimits, CatalogueSilent, fetchCatalogue, type Fetch, type Tags } from "./fetch.ts";
import { parseCatalogue, type ParsedCatalogue } from "./parse.ts";
import type { Catalogue, CatalogueView } from "./types.ts";

const askEveryMs = 3_600_000;
/** Without any copy it is asked again sooner; the server is left in peace for so long all the same. */
const patienceMs = 60_000;

export interface CatalogueOptions {
  /** An http(s) address, or the path of a file. */
  address: string;
  /** Where the copy is kept. */
  dir: string;
  clock: Clock;
  /** Tests hand in another. */
  fetch?: Fetch;
}

/** A copy as it is kept on the disk: one line of facts, then the text as it came. */
interface Copy extends Tags {
  address: string;
  fetchedAt: number;
}

export function openCatalogue(options: CatalogueOptions): Catalogue {
  const { address } = options;
  const source = withoutCredentials(address);
  const refresh = isUrl(address) ? fromNetwork(options, source) : fromFile(address, source);
  // Two who ask at once wait for the same answer.
  let underway: Promise<CatalogueView> | undefined;
  return { source, read: () => (underway ??= refresh().finally(() => (underway = undefined))) };
}

/**
 * What the catalogue says at this moment, kept nowhere and without an earlier copy: for a look at the settings. Throws
 * `catalogue-unreachable` or `catalogue-unreadable`.
 */
export async function lookAtCatalogue(
  address: string,
): Promise<Pick<CatalogueView, "source" | "entries" | "passedOver">> {
  const source = withoutCredentials(address);
  if (!isUrl(address)) return fromFile(address, source)();
  const fetched = await fetchCatalogue(address, {}).catch((thrown: unknown) => {
    throw problemOf(source)(thrown);
  });
  if (fetched.kind === "unchanged")
    throw catalogueUnreachable({
      source,
      reason: "it says that nothing has changed, and was not asked that",
    });
  return { source, ...parseCatalogue(fetched.text, source, null) };
}

function isUrl(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

function fromFile(file: string, source: string): () => Promise<CatalogueView> {
  let known: { parsed: ParsedCatalogue; changedAt: number } | undefined;
  return async () => {
    const changedAt = await changeOf(file, source);
    if (known?.changedAt !== changedAt) {
      const text = await readFile(file, "utf8");
      known = { changedAt, parsed: parseCatalogue(text, source, path.dirname(path.resolve(file))) };
    }
    return { source, ...known.parsed, fetchedAt: changedAt, stale: null };
  };
}

/** When the file was changed last. Throws when there is none, or one too large to be a catalogue. */
async function changeOf(file: string, source: string): Promise<number> {
  let found;
  try {
    found = await stat(file);
  } catch (thrown) {
    const isGone = (thrown as { code?: string }).code === "ENOENT";
    throw catalogueUnreachable(
      { source, reason: isGone ? "there is no such file" : messageOf(thrown) },
      thrown,
    );
  }
  if (!found.isFile()) throw catalogueUnreachable({ source, reason: "it is no file" });
  if (found.size > catalogueLimits.bytes)
    throw catalogueUnreadable({ source, reason: "it is larger than 16 MB" });
  return found.mtimeMs;
}

function fromNetwork({ address, dir, clock, fetch: ask }: CatalogueOptions, source: string) {
  const file = path.join(dir, "catalogue.json");
  let copy: (Copy & { parsed: ParsedCatalogue }) | undefined;
  let isLoaded = false;
  let lastTry: { at: number; problem: Problem | null } | undefined;

  const askAnew = async (): Promise<void> => {
    const fetched = await fetchCatalogue(address, copy === undefined ? {} : tagsOf(copy), ask);
    const fetchedAt = clock.now();
    if (fetched.kind === "unchanged") {
      if (copy !== undefined) copy = { ...copy, fetchedAt };
      return;
    }
    // Parsed before it is kept: what cannot be read must not take the place of what could.
    const parsed = parseCatalogue(fetched.text, source, null);
    copy = { address, fetchedAt, ...fetched.tags, parsed };
    await keep(file, { address, fetchedAt, ...fetched.tags }, fetched.text);
  };
  return async (): Promise<CatalogueView> => {
    if (!isLoaded) copy = await kept(file, address, source);
    isLoaded = true;
    const waitMs = copy === undefined ? patienceMs : askEveryMs;
    const last = lastTry?.at ?? copy?.fetchedAt;
    if (last === undefined || clock.now() - last >= waitMs) {
      lastTry = { at: clock.now(), problem: await askAnew().then(() => null, problemOf(source)) };
    }
    const problem = lastTry?.problem ?? null;
    if (copy === undefined) throw problem ?? catalogueUnreachable({ source, reason: "it was not read yet" });
    const age = ageInWords(clock.now() - copy.fetchedAt);
    const stale =
      problem === null
        ? null
        : `${problem.text.happened} Its copy here is ${age} old and goes on being used.`;
    return { source, ...copy.parsed, fetchedAt: copy.fetchedAt, stale };
  };
}

function tagsOf({ etag, lastModified }: Tags): Tags {
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
}

function problemOf(source: string) {
  return (thrown: unknown): Problem => {
    if (thrown instanceof Problem) return thrown;
    if (thrown instanceof CatalogueSilent)
      return catalogueUnreachable({ source, reason: thrown.message }, thrown);
    throw thrown;
  };
}

/** Made whole under another name first: a crash leaves the old copy or the new one. */
async function keep(file: string, facts: Copy, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(facts)}\n${text}`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The copy on the disk; undefined when there is none, or one of another catalogue, or one that is damaged. */
async function kept(file: string, address: string, source: string) {
  if (!existsSync(file)) return undefined;
  const text = await readFile(file, "utf8");
  const end = text.indexOf("\n");
  try {
    const facts = JSON.parse(text.slice(0, end)) as Copy;
    if (facts.address !== address || !Number.isFinite(facts.fetchedAt)) return undefined;
    return { ...facts, parsed: parseCatalogue(text.slice(end + 1), source, null) };
  } catch (thrown) {
    if (thrown instanceof Problem || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
