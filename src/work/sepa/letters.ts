/**
 * The letters that every bank of SEPA takes (EPC217-08, "SEPA Requirements for an Extended Character Set"); others are
 * written by what comes nearest, and by a full stop where nothing does.
 */
export const sepaText = /^[A-Za-z0-9/\-?:().,'+ ]*$/;

/** Letters that are not another letter with a mark. */
const nearest: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
  ŋ: "n",
  "&": "+",
  "’": "'",
  "‘": "'",
  "`": "'",
  "“": "'",
  "”": "'",
  '"': "'",
  "–": "-",
  "—": "-",
  _: "-",
  "€": "EUR",
};

/** The text in those letters, at most `most` of them. Slashes neither begin nor end it, nor stand side by side. */
export function inSepaLetters(text: string, most: number): string {
  const plain = Array.from(text.normalize("NFD").replaceAll(/\p{M}/gu, ""), letter).join("");
  const spaced = plain.replaceAll(/\s+/g, " ").replaceAll(/\/{2,}/g, "/");
  return spaced.slice(0, most).replaceAll(/^[/ ]+|[/ ]+$/g, "");
}

function letter(sign: string): string {
  if (/\s/.test(sign)) return " ";
  if (sepaText.test(sign)) return sign;
  const small = sign.toLowerCase();
  const near = nearest[small];
  if (near === undefined) return ".";
  return small === sign ? near : near.toUpperCase();
}
