import { statfsSync } from "node:fs";
import type { Logger } from "pino";
import { sayProblem } from "../chat/message.ts";
import type { Outbox } from "../chat/transport.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { diskFull, scheduledWaits } from "../core/problems/db.ts";
import type { Db } from "../db/index.ts";

/** Whether there is room on the disk for new runs. What is under way must always be able to write its journal. */
export interface Admission {
  /** Throws `disk-full` when less than the reserve is free. */
  admit(): void;
  /** Free megabytes now; 0 when the disk cannot even be asked. */
  freeMb(): number;
}

/** Below `reserveMb` free on the disk of `folder` new runs are refused; reading and what has begun go on. */
export function openAdmission(folder: string, reserveMb: number): Admission {
  const freeMb = (): number => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return Math.floor((bavail * bsize) / 2 ** 20);
    } catch {
      // A disk that cannot be asked is not one to begin something new on.
      return 0;
    }
  };
  return {
    freeMb,
    admit() {
      const free = freeMb();
      if (free < reserveMb) throw diskFull({ freeMb: free });
    },
  };
}

interface Scheduled {
  admission: Admission;
  db: Pick<Db, "write">;
  outbox: Pick<Outbox, "post">;
  clock: Clock;
  /** Where operators read. */
  room: string | undefined;
  log: Pick<Logger, "warn">;
}

/**
 * `admit` for what begins by itself: nobody is there who could be told, so the operators' room is, once a day. Called
 * in the transaction of the start, which is given up: it is told in a later one.
 */
export function admitScheduled({ admission, db, outbox, clock, room, log }: Scheduled): () => void {
  const tell = (freeMb: number): void => {
    if (room === undefined) return;
    const key = `scheduled-waits/${isoOf(clock.now()).slice(0, 10)}`;
    db.write(() =>
      outbox.post({ kind: "message", key, room, message: sayProblem(scheduledWaits({ freeMb })) }),
    ).catch((thrown: unknown) =>
      log.warn({ err: thrown }, "the operators were not told that the disk is full"),
    );
  };
  return () => {
    try {
      admission.admit();
    } catch (thrown) {
      tell(admission.freeMb());
      throw thrown;
    }
  };
}
