import { stepNameTwice } from "../core/problems/workflow.ts";
import { isWithin, type Scope } from "./scope.ts";

/**
 * Gives each call its key: the name, or `name#2` for its second use. A name is an identity, so order must be
 * certain.
 */
export class Names {
  readonly #used = new Map<string, { count: number; scope: Scope }>();

  /** Throws `step-name-twice` when two lines side by side use one name: which came first would be chance. */
  keyOf(name: string, scope: Scope): string {
    const used = this.#used.get(name);
    if (used === undefined) {
      this.#used.set(name, { count: 1, scope });
      return name;
    }
    // A line that is over, or the one that this line branched off, comes before it every time; a neighbour may not.
    if (!used.scope.over && !isWithin(scope, used.scope)) throw stepNameTwice({ step: name });
    used.count++;
    used.scope = scope;
    return `${name}#${used.count}`;
  }
}
