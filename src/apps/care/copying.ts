/** Files between the containers of an app and people. */
import { posix } from "node:path";
import { hashOf, sha256 } from "../../core/canonical.ts";
import { parcelChanged, parcelUnknown } from "../../core/problems/care.ts";
import type { AppDomain } from "../../core/terms.ts";
import type { Parcels } from "./parcels.ts";
import type { Ground } from "./reading.ts";
import type { AppCopying, CopyPlan } from "./types.ts";

type Parts = Pick<Ground, "rows" | "servers"> & { execApproval: boolean; parcels: Parcels | undefined };

/** What a file is called that is put into a folder without a name. Names come from outside, and are no paths. */
const nameless = "file";

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
    async planCopy(domain, { service, path, put }) {
      const { swarm, stack } = place(domain);
      const plan = { domain, service, asks: execApproval };
      if (put === undefined) {
        const hash = hashOf({ domain, stack, service, path, content: null });
        return { ...plan, path, bytes: null, content: null, hash };
      }
      const file = parcelOf(put);
      const content = sha256(file);
      const target = targetOf(path);
      const replaces = await swarm.replacedBy(stack, service, target);
      const hash = hashOf({ domain, stack, service, path: target, content, over: replaces?.kind ?? null });
      return { ...plan, path: target, bytes: file.length, content, replaces, hash } satisfies CopyPlan;
    },
    async copyOut({ domain, service, path }, key) {
      const { swarm, stack } = place(domain);
      const { name, bytes } = await swarm.copyOut(stack, service, path);
      return { name, bytes: bytes.length, parcel: parcels?.keep(key, bytes) ?? "" };
    },
    async copyIn({ domain, service, path, content }, put) {
      const { swarm, stack } = place(domain);
      const bytes = parcelOf(put);
      // The voices were for this content.
      if (sha256(bytes) !== content) throw parcelChanged({ app: domain, where: `${service}:${path}` });
      await swarm.copyIn(stack, service, path, { name: nameless, bytes });
    },
  };
}

/** Where the file will really be: people are asked about that, and not about what leads there. */
function targetOf(path: string): string {
  const plain = posix.normalize(path);
  return plain.endsWith("/") ? plain + nameless : plain;
}
