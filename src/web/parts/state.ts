import { html } from "hono/html";
import type { Html } from "../page.ts";

/** The colour of a state: all is well, it waits for somebody, it went wrong, nothing to say. */
type Tone = "go" | "wait" | "stop" | "soft";
type Mark = "check" | "cross" | "turning" | "half" | "back" | "empty";

/**
 * Every state that a page can show, with its mark and its colour. The word itself is always shown beside
 * them.
 */
const states: Record<string, [Mark, Tone]> = {
  // Runs and steps.
  waiting: ["half", "wait"],
  running: ["turning", "go"],
  done: ["check", "go"],
  failed: ["cross", "stop"],
  undone: ["back", "stop"],
  cancelled: ["back", "soft"],
  retry: ["turning", "wait"],
  "to come": ["empty", "soft"],
  // Approvals and voices.
  open: ["half", "wait"],
  approved: ["check", "go"],
  declined: ["cross", "stop"],
  expired: ["empty", "soft"],
  withdrawn: ["back", "soft"],
  // Apps and deploys.
  starting: ["turning", "wait"],
  safe: ["check", "go"],
  "not safe": ["cross", "stop"],
  "not backed up": ["empty", "soft"],
  "not deployed": ["empty", "soft"],
  down: ["cross", "stop"],
  unknown: ["empty", "soft"],
  converged: ["check", "go"],
  "rolled back": ["back", "stop"],
  restored: ["back", "wait"],
  // Payouts and what each person gets. (`approved`, `asked` and `published` are of batches.)
  published: ["half", "wait"],
  asked: ["half", "wait"],
  paid: ["check", "go"],
  dropped: ["back", "soft"],
  proposed: ["half", "wait"],
  ready: ["half", "wait"],
  carried: ["back", "soft"],
  rejected: ["cross", "stop"],
  held: ["half", "wait"],
  released: ["check", "go"],
  // The audit chain.
  whole: ["check", "go"],
  // Proofs of the books.
  exact: ["check", "go"],
  off: ["cross", "stop"],
  late: ["half", "wait"],
  broken: ["cross", "stop"],
};

/** A state as mark, word and colour: nobody has to see the colour. */
export function state(word: string): Html {
  const [mark, tone] = states[word] ?? ["empty", "soft"];
  return html`<span class="state ${tone}"
    ><svg class="wheel" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="8.5" />
      ${strokes[mark]}</svg
    >${word}</span
  >`;
}

const strokes: Record<Mark, Html> = {
  check: html`<path d="M6 10.4l2.8 2.8L14.2 7" />`,
  cross: html`<path d="M7 7l6 6M13 7l-6 6" />`,
  turning: html`<path class="spokes" d="M10 1.5v17M2.6 5.8l14.8 8.4M2.6 14.2l14.8-8.4" />`,
  half: html`<path class="full" d="M10 1.5a8.5 8.5 0 0 1 0 17z" />`,
  back: html`<path d="M9 6.2L5.8 9.4 9 12.6M6 9.4h5a2.7 2.7 0 0 1 0 5.4H9" />`,
  empty: html``,
};
