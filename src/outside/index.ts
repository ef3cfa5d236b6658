// Outside: an app as others meet it, by its name in the DNS and by its page over HTTPS. A room of its own
// because it is the only one that speaks to addresses which members can choose: short times, small answers,
// few redirects, nothing sent along. What it finds is told, never acted upon.
export { openOutside, type OutsideOptions } from "./open.ts";
export { privateAddress } from "./private-address.ts";
export type { Trust } from "./probe.ts";
export type * from "./types.ts";
