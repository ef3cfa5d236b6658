import type { Audit } from "../audit/index.ts";
import type { SeenIdentity, Transport } from "../chat/transport.ts";
import { identityChanged, identityMissing, identityNotKnown } from "../core/problems/people.ts";
import type { MatrixId } from "../core/terms.ts";
import type { People } from "../people/types.ts";

/** With which keys members prove that it is they who speak. A homeserver's admin can make them new ones. */
export interface Identities {
  /** Throws `identity-missing`, or `identity-not-known` where there is no Matrix. */
  seen(matrixId: MatrixId): Promise<SeenIdentity>;
  /** Lets this identity count. Throws `identity-changed` when the account shows another by now. Safe twice. */
  accept(matrixId: MatrixId, key: string): Promise<void>;
  /** Its audit entry, in the open transaction. */
  note(who: string, matrixId: MatrixId, key: string): void;
}

interface Parts {
  transport: Pick<Transport, "identityOf" | "acceptIdentity"> | null;
  people: Pick<People, "get">;
  audit: Audit;
}

export function openIdentities({ transport, people, audit }: Parts): Identities {
  return {
    async seen(matrixId) {
      if (transport?.identityOf === undefined) throw identityNotKnown({ matrixId });
      const found = await transport.identityOf(matrixId);
      if (found === null || found.devices.length === 0) throw identityMissing({ matrixId });
      return found;
    },
    async accept(matrixId, key) {
      if (transport?.acceptIdentity === undefined) throw identityNotKnown({ matrixId });
      if (!(await transport.acceptIdentity(matrixId, key))) throw identityChanged({ matrixId });
    },
    note(who, matrixId, key) {
      const subject = people.get(matrixId).name;
      audit.append({ who, what: "member.identity-accepted", subject, details: { matrixId, key } });
    },
  };
}
