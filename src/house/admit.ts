import { statfsSync } from "node:fs";
import { diskFull } from "../core/problems/db.ts";

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
