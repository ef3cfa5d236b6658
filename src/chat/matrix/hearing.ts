import type { Problem } from "../../core/problem.ts";
import { tokenRefused } from "../../core/problems/chat.ts";
import { MatrixId } from "../../core/terms.ts";
import type { ChatLog } from "./log.ts";
import type { MatrixParts } from "./open-matrix.ts";
import { openInvites } from "./invites.ts";
import { openSyncLoop } from "./sync-loop.ts";
import { syncTokenKey, takeIn, type SyncAnswer, type TakeInParts } from "./take-in.ts";
import { openSecondAttempts } from "./unreadable.ts";

type Parts = MatrixParts & Omit<TakeInParts, "invites"> & { onOnline: (online: boolean) => void };

/** The hearing half of the transport: sync, invites, keys that come late, and how the connection is. */
export interface Hearing {
  /** Resolves when the first answer is taken in, or when the homeserver is found away (it is then tried on). */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The token turned out to be dead. */
  end(thrown: unknown): void;
  health(): { connected: boolean; lastSyncAt: number | null; details: string };
}

export function openHearing(parts: Parts): Hearing {
  const { self, api, clock, crypto, settings, state, log, onOnline } = parts;
  let lastSyncAt: number | null = null;
  let lost: string | undefined = "not started";
  /** Why what the homeserver says cannot be taken in at the moment. */
  let stuck: string | undefined;
  let problem: Problem | undefined;

  const invites = openInvites({ self, api, state, clock, log, mayInvite: invitedBy(settings) });
  const attempts = openSecondAttempts(parts);
  crypto.onRoomKey((room, session) => attempts.keyCame(room, session));

  const onEnd = (ended: Problem): void => {
    problem = ended;
    onOnline(false);
    log.error({ err: ended }, "Matrix has ended");
    parts.onEnd?.(ended);
  };
  const loop = openSyncLoop({
    api,
    log,
    token: () => state.get(syncTokenKey) as string | undefined,
    prepare: () => crypto.ensureCrossSigned(settings),
    take: async (answer: SyncAnswer, since) => {
      const { unreadable } = await takeIn({ ...parts, invites }, answer, since);
      if (unreadable > 0) attempts.watch();
      lastSyncAt = clock.now();
      inBackground(invites.answer(), log);
    },
    onConnection: (why) => {
      if (lost !== undefined && why === undefined) attempts.look();
      lost = why;
      stuck = undefined;
      onOnline(why === undefined);
    },
    onStuck: (why) => (stuck = why),
    onEnd,
  });

  return {
    async start() {
      await loop.start();
      if (problem !== undefined) throw problem;
    },
    async stop() {
      attempts.stop();
      await loop.stop();
    },
    end(thrown) {
      if (problem !== undefined) return;
      onEnd(tokenRefused({ homeserver: api.homeserver }, thrown));
      inBackground(loop.stop(), log);
    },
    health: () => ({
      connected: lost === undefined,
      lastSyncAt,
      details: problem?.text.happened ?? detailsOf(lost, stuck),
    }),
  };
}

function inBackground(work: Promise<void>, log: ChatLog): void {
  work.catch((thrown: unknown) => log.warn({ err: thrown }, "to be tried again with the next sync"));
}

function detailsOf(lost: string | undefined, stuck: string | undefined): string {
  if (lost !== undefined) return `out of reach: ${lost}`;
  return stuck === undefined ? "connected" : `connected, but what is said there cannot be taken in: ${stuck}`;
}

function invitedBy({ mayInvite }: MatrixParts["settings"]): (matrixId: string) => boolean {
  return (matrixId) => {
    const id = MatrixId.safeParse(matrixId);
    return id.success && mayInvite(id.data);
  };
}
