// The same room in a terminal: what is typed goes through the inbox, what Tandem says comes out of the outbox, so
// that demo and tests prove what Matrix will do. `openConsole` is the transport and can be played by a script
// (`say`, `react`, `seen`); `openTyped` understands typed lines; `openTerminal` is the prompt. Persons are Matrix
// ids such as @ana:demo.
export {
  openConsole,
  type ConsoleParts,
  type ConsoleTransport,
  type SayOptions,
} from "./console/open-console.ts";
export { openTyped, type Typed, type TypedParts } from "./console/typed.ts";
export { lookOf, openTerminal, type Terminal } from "./console/terminal.ts";
export { paintBody, type Look } from "./console/look.ts";
export type { Board, Shown } from "./console/board.ts";
