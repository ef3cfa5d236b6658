/** What the DNS says of a name. */
export type Addresses = { known: true; addresses: string[] } | { known: false; why: string };

/** How a page answered. */
export type Probe =
  | {
      alive: true;
      status: number;
      ms: number;
      /** Where it was found in the end, after redirects. */
      url: string;
      /** Null over plain http. */
      certificate: Certificate | null;
    }
  | { alive: false; why: string; url: string };

export interface Certificate {
  issuer: string;
  /** Whole days until it ends; negative when it has ended. */
  daysLeft: number;
  /** Why browsers would refuse it; null when they would not. */
  refused: string | null;
}

export interface Outside {
  /** A and AAAA records, sorted. A name without any is known with none; a DNS that is silent is not known. */
  addresses(name: string): Promise<Addresses>;
  /**
   * Asks for a page, some times until `withinMs` is over. Any status below 500 is alive; up to five redirects
   * are followed. A certificate that browsers refuse is told and does not hinder.
   */
  probe(url: string, options: { withinMs: number; signal?: AbortSignal }): Promise<Probe>;
}
