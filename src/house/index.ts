// The wiring: which room is handed what. Everything that speaks (main, the demo, tests) opens the same house and
// differs only in the transport that it brings. Nothing here decides anything; it connects.
// Order matters twice: what writes is opened before what may write to it, and at start the journal is taken up after
// all that can refuse the start, and before anything new is heard.
export { openHouse, type House, type HouseOptions } from "./open-house.ts";
export { openLog } from "./log.ts";
