import type { RecipeName, RecipeVersion } from "../../core/terms.ts";

/** One recipe as the catalogue tells of it. */
export interface CatalogueEntry {
  name: RecipeName;
  /** One line; empty when the catalogue says nothing. */
  description: string;
  category: string;
  /** Where its repository is: checked, without credentials. */
  repository: string;
  website?: string;
  /** What the catalogue says it can do, by name (`backups`, `healthcheck`, …), as written there. */
  scores: Record<string, string>;
  /** The newest release that the catalogue knows; its repository may have newer ones. */
  newest: RecipeVersion | null;
}

/** The catalogue as it is known here. */
export interface CatalogueView {
  /** Its address or path, without credentials. */
  source: string;
  entries: ReadonlyMap<RecipeName, CatalogueEntry>;
  /** How many entries were passed over: no proper name, or an address that may not be used. */
  passedOver: number;
  /** ms since 1970. */
  fetchedAt: number;
  /** A sentence for people when it does not answer and the old copy is used; else null. */
  stale: string | null;
}

export interface Catalogue {
  readonly source: string;
  /**
   * The catalogue, asked for anew when the last time is an hour ago. Throws `catalogue-unreachable` or
   * `catalogue-unreadable` only when there is no earlier copy.
   */
  read(): Promise<CatalogueView>;
}
