import { html } from "hono/html";
import type { Html } from "../page.ts";

export type Cell = string | number | Html;

export interface Column {
  head: string;
  /** Numbers stand to the right, in figures of equal width. */
  number?: boolean;
}

/**
 * A real table in a labelled section of its own that scrolls sideways on a narrow screen and can be reached
 * by keyboard. The first cell of each row is its heading. `id` is unique on the page. Without rows: the
 * `empty` line.
 */
export function table(spec: {
  id: string;
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  empty: Html | string;
  /** Leaves the caption to screen readers where a heading above says the same. */
  quietCaption?: boolean;
}): Html {
  if (spec.rows.length === 0) return html`<p class="empty">${spec.empty}</p>`;
  const className = (column: number): string => (spec.columns[column]?.number === true ? "number" : "text");
  return html`<section class="scroll" tabindex="0" aria-labelledby="${spec.id}">
    <table>
      <caption id="${spec.id}" class="${spec.quietCaption === true ? "unseen" : "seen"}">
        ${spec.caption}
      </caption>
      <thead>
        <tr>
          ${spec.columns.map(
            (column, index) => html`<th scope="col" class="${className(index)}">${column.head}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${spec.rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) =>
                index === 0
                  ? html`<th scope="row" class="${className(index)}">${cell}</th>`
                  : html`<td class="${className(index)}">${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
