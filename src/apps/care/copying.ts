/** Files between the containers of an app and people. */
import { hashOf, sha256 } from "../../core/canonical.ts";
import { parcelUnknown } from "../../core/problems/care.ts";
import type { AppDomain } from "../../core/terms.ts";
import type { Parcels } from "./parcels.ts";
import type { Ground } from "./reading.ts";
import type { AppCopying } from "./types.ts";

type Parts = Pick<Ground, "rows" | "servers"> & { execApproval: boolean; parcels: Parcels | undefined };

export function openCopying({ rows, servers, execApproval, parcels }: Parts): AppCopying {
  const place = (domain: AppDomain) => {
    const { server, stack } = rows.get(domain);
    return { swarm: servers.swarmOf(server), stack };
  };
  const parcelOf = (put: string): Buffer => {
    const bytes = parcels?.read(put);
    if (bytes === undefined) throw parcelUnknown({ put });
    return bytes;
  };
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to arrive as a rejection
    async planCopy(domain, what) {
      const { stack } = rows.get(domain);
      const bytes = what.put === undefined ? null : parcelOf(what.put);
      const content = bytes === null ? null : sha256(bytes.toString("base64"));
      return {
        asks: execApproval,
        bytes: bytes?.length ?? null,
        hash: hashOf({ domain, stack, service: what.service, path: what.path, content }),
      };
    },
    async copyOut(domain, service, path, key) {
      const { swarm, stack } = place(domain);
      const { name, bytes } = await swarm.copyOut(stack, service, path);
      return { name, bytes: bytes.length, parcel: parcels?.keep(key, bytes) ?? "" };
    },
    async copyIn(domain, service, path, put) {
      const { swarm, stack } = place(domain);
      await swarm.copyIn(stack, service, path, { name: "file", bytes: parcelOf(put) });
    },
  };
}
