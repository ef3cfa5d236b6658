/** Variation selectors and skin tones: clients add them as they like, and they change nothing of what is meant. */
const modifiers = /[\u{FE00}-\u{FE0F}\u{1F3FB}-\u{1F3FF}]/gu;
const yes = new Set(["✅", "👍", "☑", "✔"]);
const no = new Set(["❌", "👎", "✖", "⛔"]);

/** The symbol without them. */
export function plainSymbol(symbol: string): string {
  return symbol.replace(modifiers, "").trim();
}

/** What a reaction says; null when it says nothing about the question. */
export function symbolSays(symbol: string): "yes" | "no" | null {
  const plain = plainSymbol(symbol);
  return yes.has(plain) ? "yes" : no.has(plain) ? "no" : null;
}
