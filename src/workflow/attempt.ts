/** One try of a step's work: its context, its timeout, and how it lets go. */
import { durationMs, type Duration } from "../core/clock.ts";
import type { StepContext } from "./define.ts";
import type { Call } from "./call.ts";
import type { Execution } from "./execution.ts";
import type { Scope } from "./scope.ts";
import { graceAfterAbortMs } from "./limits.ts";

export type Tried = { ok: true; value: unknown } | { ok: false; failure: unknown };

class Attempt implements StepContext {
  readonly key: string;
  readonly attempt: number;
  readonly scope: Scope;
  #controller: AbortController | null = null;
  #aborted: { why: unknown } | null = null;
  /** Told when the work is to let go. */
  onAbort: (() => void) | null = null;
  constructor(call: Call, attempt: number) {
    this.key = `${call.run.row.id}/${call.key}`;
    this.attempt = attempt;
    this.scope = call.scope;
  }
  /** Made when first looked at: most steps never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted !== null) this.#controller.abort(this.#aborted.why);
    return this.#controller.signal;
  }
  abort(why: unknown): void {
    if (this.#aborted !== null) return;
    this.#aborted = { why };
    this.#controller?.abort(why);
    this.onAbort?.();
  }
}

/**
 * Calls the work once. It is told by its signal when the run is cancelled or the timeout is over, and may take
 * `graceAfterAbortMs` to let go: only then is it safe to take back what it did.
 */
export function tryOnce(
  call: Call,
  attempt: number,
  work: (context: StepContext) => unknown,
  timeout: Duration,
): Tried | Promise<Tried> {
  const { run } = call;
  const context = new Attempt(call, attempt);
  let given: unknown;
  try {
    given = work(context);
  } catch (failure) {
    return { ok: false, failure };
  }
  return isPromise(given) ? tryToTheEnd(run, given, context, timeout) : { ok: true, value: given };
}

async function tryToTheEnd(
  run: Execution,
  given: PromiseLike<unknown>,
  context: Attempt,
  timeout: Duration,
): Promise<Tried> {
  run.inFlight.add(context);
  run.house.stepsInFlight++;
  try {
    return { ok: true, value: await limited(run, given, context, timeout) };
  } catch (failure) {
    return { ok: false, failure };
  } finally {
    run.inFlight.delete(context);
    run.house.stepsInFlight--;
  }
}

function limited(
  run: Execution,
  given: PromiseLike<unknown>,
  context: Attempt,
  timeout: Duration,
): Promise<unknown> {
  return new Promise((done, failed) => {
    let overtime: Error | null = null;
    let stopGrace: (() => void) | null = null;
    const stopTimeout = run.after(durationMs(timeout), () => {
      overtime = new Error(`it took longer than ${timeout}`);
      context.abort(overtime);
    });
    const end = (): void => {
      stopTimeout();
      stopGrace?.();
    };
    context.onAbort = () => {
      stopGrace = run.after(graceAfterAbortMs, () => {
        end();
        failed(overtime ?? new Error("it was told to stop and did not"));
      });
    };
    given.then(
      (value) => {
        end();
        done(value);
      },
      (thrown: unknown) => {
        end();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- handed on as it was thrown
        failed(overtime ?? thrown);
      },
    );
  });
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function"
  );
}
