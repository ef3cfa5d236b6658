/** Two sides and what ties them, in parts that have nothing to do with each other. */
export interface Component<A, B> {
  claims: A[];
  lines: B[];
  edges: ReadonlyMap<A, readonly B[]>;
}

/** The connected parts, in the order of the claims; members of each are in the order in which they were first met. */
export function components<A, B>(
  claims: readonly A[],
  edges: ReadonlyMap<A, readonly B[]>,
): Component<A, B>[] {
  const back = new Map<B, A[]>();
  for (const claim of claims)
    for (const line of edges.get(claim) ?? []) {
      const tied = back.get(line);
      if (tied === undefined) back.set(line, [claim]);
      else tied.push(claim);
    }
  const placeOfClaim = new Map(claims.map((claim, place) => [claim, place]));
  const placeOfLine = new Map([...back.keys()].map((line, place) => [line, place]));
  const seen = new Set<A>();
  const found: Component<A, B>[] = [];
  for (const start of claims) {
    if (seen.has(start) || (edges.get(start) ?? []).length === 0) continue;
    const part = new Set([start]);
    const lines = new Set<B>();
    // A set that grows while it is walked through: each claim is met once.
    for (const claim of part)
      for (const line of edges.get(claim) ?? []) {
        lines.add(line);
        for (const other of back.get(line) ?? []) part.add(other);
      }
    part.forEach((claim) => seen.add(claim));
    found.push({ claims: inOrder(part, placeOfClaim), lines: inOrder(lines, placeOfLine), edges });
  }
  return found;
}

function inOrder<T>(members: ReadonlySet<T>, places: ReadonlyMap<T, number>): T[] {
  return [...members].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

/** Whether each claim can have a line of its own (Kuhn's augmenting paths; the parts are small). */
export function hasPerfectMatching<A, B>(claims: readonly A[], edges: ReadonlyMap<A, readonly B[]>): boolean {
  const owner = new Map<B, A>();
  const place = (claim: A, tried: Set<B>): boolean => {
    for (const line of edges.get(claim) ?? []) {
      if (tried.has(line)) continue;
      tried.add(line);
      const held = owner.get(line);
      if (held !== undefined && !place(held, tried)) continue;
      owner.set(line, claim);
      return true;
    }
    return false;
  };
  return claims.every((claim) => place(claim, new Set()));
}
