import { html } from "hono/html";
import { newToken } from "../../core/ids.ts";
import type { Html, Visit } from "../page.ts";
import { problemNote } from "./problem.ts";

/** The hidden field by which a form that is sent twice is carried out once. */
export const onceField = "once";

/** A fresh mark for this copy of a form. */
export function hiddenOnce(): Html {
  return html`<input type="hidden" name="${onceField}" value="${newToken()}" />`;
}

/** Why the form that was just sent was not carried out, or nothing. */
export function refusal({ refused }: Visit): Html {
  return refused === undefined ? html`` : problemNote(refused.problem.text, "Not done");
}

/** What was typed into a field as one word of a command, or no word at all. */
export function wordsOf(typed: string | undefined): string[] {
  const text = (typed ?? "").replace(/\s+/g, " ").trim();
  return text === "" ? [] : [text];
}
