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

/** As a problem is kept and sent. */
export interface ProblemJson extends ProblemText {
  code: string;
  after?: string | undefined;
}

/** A problem that was met. `cause` holds the technical chain; it goes to the log, never to people. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly text: ProblemText;
  /** The code of the problem on whose way back this one was met; its words stand in front. */
  readonly after: string | undefined;

  constructor(code: string, text: ProblemText, cause?: unknown, after?: string) {
    super(text.happened, cause === undefined ? undefined : { cause });
    this.code = code;
    this.text = text;
    this.after = after;
  }

  toJSON(): ProblemJson {
    return { code: this.code, ...this.text, ...(this.after !== undefined && { after: this.after }) };
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
export function problemFromJson({ code, happened, means, remedy, after }: ProblemJson): Problem {
  return new Problem(code, { happened, means, remedy }, undefined, after);
}

/** The message of anything thrown, for logs and for the `happened` part of a wrapping problem. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
