/**
 * What people see when something does not go as asked: what happened, what it means, what to do.
 * Every problem is declared once, in `core/problems/`, with an example from which its golden text is made.
 */
export interface ProblemText {
  /** What happened, with what was typed kept as it was. */
  happened: string;
  /** What it means for the person who reads it. */
  means: string;
  /** The next thing to do, if possible as a command. */
  remedy: string;
}

/** A problem that was met. `cause` holds the technical chain; it goes to the log, never to people. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly text: ProblemText;

  constructor(code: string, text: ProblemText, cause?: unknown) {
    super(text.happened, cause === undefined ? undefined : { cause });
    this.code = code;
    this.text = text;
  }

  toJSON(): ProblemText & { code: string } {
    return { code: this.code, ...this.text };
  }
}

/** A declared problem: call it with its particulars to get the Problem to throw. */
export interface ProblemKind<P> {
  (particulars: P, cause?: unknown): Problem;
  readonly code: string;
  readonly example: P;
}

/**
 * Declares a problem. `code` is kebab-case and unique over all of `core/problems/`; `example` is what the
 * golden text and the manual page are made with.
 */
export function problem<P>(code: string, text: (p: P) => ProblemText, example: NoInfer<P>): ProblemKind<P> {
  const make = (particulars: P, cause?: unknown) => new Problem(code, text(particulars), cause);
  return Object.assign(make, { code, example });
}

/** Rebuilds a Problem from its JSON (the journal keeps problems as JSON). */
export function problemFromJson(json: ProblemText & { code: string }): Problem {
  return new Problem(json.code, { happened: json.happened, means: json.means, remedy: json.remedy });
}

/** The message of anything thrown, for logs and for the `happened` part of a wrapping problem. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
