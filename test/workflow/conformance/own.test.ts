import { conformance } from "./suite.ts";
import { ownEngine } from "./own.ts";

conformance(ownEngine("our engine"));
conformance(ownEngine("our engine, every parked run dropped from memory", 0));
