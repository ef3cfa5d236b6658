/**
 * A JSON file taken apart as it comes: the elements of its lists one by one, so that a file of any size needs the
 * memory of one element. Objects around the lists are walked into; a list's elements are not.
 */
import { Unfit } from "./fields.ts";

/** One element of a list, or a value that is in no list, with the keys that lead to it. */
export interface Piece {
  path: readonly string[];
  value: unknown;
}

const deepest = 3;
/** An element longer than this is none of ours. */
const longestPiece = 16 * 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const open = { object: 0x7b, list: 0x5b };
const close = { object: 0x7d, list: 0x5d };
const comma = 0x2c;
const colon = 0x3a;

/** Yields the pieces of a file in its order. Throws Unfit where it is no JSON, or ends too early. */
export function* jsonPieces(chunks: Iterable<Uint8Array>): Generator<Piece> {
  const scan = new Scanner(chunks);
  scan.skipMark();
  yield* walk(scan, []);
  if (scan.peek() !== undefined) throw new Unfit("something comes after its end");
}

function* walk(scan: Scanner, path: readonly string[]): Generator<Piece> {
  const first = scan.peek();
  if (first === open.list) yield* list(scan, path);
  else if (first === open.object && path.length < deepest) yield* object(scan, path);
  else yield { path, value: scan.value() };
}

function* list(scan: Scanner, path: readonly string[]): Generator<Piece> {
  scan.take(open.list, "a list");
  if (scan.takes(close.list)) return;
  do yield { path, value: scan.value() };
  while (scan.takes(comma));
  scan.take(close.list, "the end of a list");
}

function* object(scan: Scanner, path: readonly string[]): Generator<Piece> {
  scan.take(open.object, "an object");
  if (scan.takes(close.object)) return;
  do {
    const key = scan.value();
    if (typeof key !== "string") throw new Unfit("a key is no text");
    scan.take(colon, "a colon");
    yield* walk(scan, [...path, key]);
  } while (scan.takes(comma));
  scan.take(close.object, "the end of an object");
}

/** Reads along a window of the file that is moved on as it is used up. */
class Scanner {
  readonly #chunks: Iterator<Uint8Array>;
  #window = Buffer.alloc(0);
  #at = 0;

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  /** The mark that some programs put before UTF-8. */
  skipMark(): void {
    while (this.#window.length < 3 && this.#more());
    if (this.#window.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) this.#at = 3;
  }

  /** The next byte that is no white space, left in place; undefined at the end. */
  peek(): number | undefined {
    for (;;) {
      const byte = this.#window[this.#at];
      if (byte === undefined) {
        if (!this.#more()) return undefined;
      } else if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) this.#at += 1;
      else return byte;
    }
  }

  takes(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.#at += 1;
    return true;
  }

  take(byte: number, what: string): void {
    if (this.takes(byte)) return;
    const ends = this.peek() === undefined;
    throw new Unfit(
      ends ? `it ends where ${what} should be` : `there is something else where ${what} should be`,
    );
  }

  /** One whole value. */
  value(): unknown {
    const first = this.peek();
    if (first === undefined) throw new Unfit("it ends where a value should be");
    const end = first === quote ? this.#endOfText(1) : this.#endOfValue(first);
    const text = this.#window.toString("utf8", this.#at, end);
    this.#at = end;
    try {
      return JSON.parse(text);
    } catch {
      throw new Unfit(`this is no JSON: ${text.slice(0, 60)}`);
    }
  }

  #endOfValue(first: number): number {
    if (first !== open.object && first !== open.list) return this.#endOfScalar();
    let depth = 0;
    for (let offset = 0; ; offset++) {
      const byte = this.#byteAt(offset);
      if (byte === quote) offset = this.#endOfText(offset + 1) - this.#at - 1;
      else if (byte === open.object || byte === open.list) depth += 1;
      else if (byte === close.object || byte === close.list) {
        depth -= 1;
        if (depth === 0) return this.#at + offset + 1;
      }
    }
  }

  #endOfScalar(): number {
    for (let offset = 0; ; offset++) {
      const byte = this.#window[this.#at + offset];
      if (byte === undefined && this.#more()) offset -= 1;
      else if (
        byte === undefined ||
        byte <= 0x20 ||
        byte === comma ||
        byte === close.object ||
        byte === close.list
      )
        return this.#at + offset;
    }
  }

  /** The place after the quote that ends a text; `offset` is that of its first sign. */
  #endOfText(offset: number): number {
    for (let from = offset; ; from++) {
      const found = this.#window.indexOf(quote, this.#at + from);
      if (found === -1) {
        from = this.#window.length - this.#at - 1;
        this.#byteAt(from + 1);
        // A backslash before the end of the window has to be seen with what it escapes.
        continue;
      }
      let slashes = 0;
      while (this.#window[found - 1 - slashes] === backslash) slashes += 1;
      if (slashes % 2 === 0) return found + 1;
      from = found - this.#at;
    }
  }

  #byteAt(offset: number): number {
    while (this.#at + offset >= this.#window.length)
      if (!this.#more()) throw new Unfit("it ends in the middle");
    return this.#window[this.#at + offset] ?? 0;
  }

  /** Lets go of what was read and adds the next chunk. */
  #more(): boolean {
    const next = this.#chunks.next();
    if (next.done === true) return false;
    const rest = this.#window.subarray(this.#at);
    if (rest.length > longestPiece)
      throw new Unfit("a part of it is longer than anything that can be imported");
    this.#window = rest.length === 0 ? Buffer.from(next.value) : Buffer.concat([rest, next.value]);
    this.#at = 0;
    return true;
  }
}
