/**
 * How a command is written. Its path under `commands/` is its wording: `commands/app/deploy.ts` answers to
 * `app deploy`. A command either answers, or starts a workflow.
 */
import type { z } from "zod";
import type { AppDomain, MatrixId, Role } from "../core/terms.ts";
import type { Message } from "../chat/message.ts";
import type { Trust } from "../chat/transport.ts";
import type { Member } from "../people/types.ts";
import type { Place, Trades, Workflow } from "../workflow/define.ts";

/** Who speaks, and how sure we are of it. Made by the face (chat, web, CLI, API); checked by dispatch. */
export interface Speaker {
  /** Null: nobody whom we know. */
  member: Member | null;
  matrixId: MatrixId | null;
  via: "matrix" | "console" | "cli" | "web" | "api";
  /** `verified` from a cross-signed device, a web sign-in, the CLI on the machine itself. */
  trust: Trust;
  place: Place | null;
}

export type Reply =
  /** `follow`: in a room the message is kept fresh for a while with what the app writes. */
  | { kind: "answer"; message: Message; json?: unknown; follow?: Follow }
  | { kind: "start"; workflow: Workflow<never>; input: unknown; message?: Message }
  /** For the asker's eyes only: goes out by direct message, never into the room. */
  | { kind: "private"; message: Message; public: Message };

/** Whose lines an answer is to be kept fresh with. */
export interface Follow {
  app: AppDomain;
  service?: string;
  lines: number;
}

/** What a command's `run` gets: its arguments, who said it and when (ms since 1970), and the trades. */
export type CommandContext<A> = { args: A; by: Speaker & { member: Member }; saidAt: number } & Trades;

type Shape = Record<string, z.ZodType>;

export interface CommandSpec<S extends Shape> {
  summary: string;
  example: string;
  /** Who may say it: holders of this role, or of one of these. Everybody known is a member. */
  role: Role | readonly Role[];
  /** Positional in key order, unless named in `flags`. */
  args: S;
  /** Keys of `args` that are said as `--key value` or, for booleans, `--key`. */
  flags?: readonly (keyof S & string)[];
  /**
   * The last positional takes all the words that are left: joined by spaces, or with `words` as a list in which each
   * is as its quotes kept it together.
   */
  rest?: boolean | "words";
  /**
   * Changes nothing: may be async, is not audited, may be asked again. Others run in one transaction with their
   * audit entry.
   */
  reads?: boolean;
  /**
   * Gives out keys (a sign-in link, a token): not to be said with a bearer token, which would outlive its own
   * end.
   */
  givesKeys?: boolean;
  /**
   * Wants to be said beyond doubt: from a verified device, on a page whose link was asked for from one, or on the
   * machine itself. For what would change who somebody is or where their money goes, if somebody else said it.
   */
  verified?: boolean;
  /** Said so old, it is asked about instead of run. Default 10 minutes. */
  maxAgeMinutes?: number;
  run: (context: CommandContext<{ [K in keyof S]: z.infer<S[K]> }>) => Reply | Promise<Reply>;
}

export interface Command extends CommandSpec<Shape> {
  readonly kind: "command";
}

/** Declares a command. A command that does not `reads` must answer synchronously. */
export function command<S extends Shape>(spec: CommandSpec<S>): Command {
  return { kind: "command", ...spec } as unknown as Command;
}

/** The reply that starts a workflow. Its input is checked by the workflow's own schema. */
export function start<I>(workflow: Workflow<I>, input: unknown, message?: Message): Reply {
  return {
    kind: "start",
    workflow: workflow as unknown as Workflow<never>,
    input,
    ...(message && { message }),
  };
}

/** The reply that answers. `json` is what the JSON faces get beside the text. */
export function answer(message: Message, json?: unknown): Reply {
  return { kind: "answer", message, ...(json !== undefined && { json }) };
}
