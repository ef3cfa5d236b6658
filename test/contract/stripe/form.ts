/** Bodies and queries as Stripe reads them: `a[b]=1` is an object, `a[0]=1` and `a[]=1` are lists. */
export type Form = { [key: string]: Form | string };

/** Forms as they are written, lists still as objects with numbers for names. */
export function readForm(text: string): unknown {
  const form: Form = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const parts = [...key.matchAll(/^([^[]+)|\[([^\]]*)\]/g)].map(([, first, inner]) => first ?? inner ?? "");
    put(form, parts, value);
  }
  return lists(form);
}

function put(into: Form, [head = "", ...rest]: string[], value: string): void {
  const key = head === "" ? String(Object.keys(into).length) : head;
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  const inner = into[key];
  const next: Form = typeof inner === "object" ? inner : {};
  into[key] = next;
  put(next, rest, value);
}

function lists(value: Form | string): unknown {
  if (typeof value === "string") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, lists(inner)] as const);
  const isList = entries.length > 0 && entries.every(([key], n) => key === String(n));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
