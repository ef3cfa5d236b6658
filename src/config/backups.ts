import { z } from "zod";
import { roomId } from "./room-id.ts";
import { readWindow } from "../core/window.ts";

const kept = z.number().int().min(0).max(1000);

/** How apps are backed up unless their own policy says otherwise. */
export const backupSettings = z
  .strictObject({
    repository: z
      .string()
      .optional()
      .describe(
        "The repository (of `backup repo add`) for apps that name none; without one they are not backed up.",
      ),
    selfRepository: z
      .string()
      .optional()
      .describe("The repository for Tandem's own backup; that of `backups.repository` unless it is set."),
    selfFolders: z
      .array(z.string())
      .default([])
      .describe(
        "Files and folders that travel in Tandem's own backup, beside its data and its settings: keys, secrets.",
      ),
    window: z
      .string()
      .refine((text) => readWindow(text) !== undefined, { error: "a part of the day, such as 01:00-05:00" })
      .default("01:00-05:00")
      .describe(
        "When backups are taken, in the time zone of web.timeZone: apps are spread over this part of the day.",
      ),
    keepDaily: kept.default(7).describe("How many daily backups of each app are kept."),
    keepWeekly: kept.default(5).describe("How many weekly backups of each app are kept."),
    keepMonthly: kept.default(12).describe("How many monthly backups of each app are kept."),
    commandHours: z
      .number()
      .int()
      .min(1)
      .max(6)
      .default(1)
      .describe(
        "After how many hours a hook is given up, and a database's dump of which nothing more comes.",
      ),
    dataBack: z
      .enum(["always", "ask", "never"])
      .default("ask")
      .describe(
        "Whether the data goes back with the program when an upgrade fails: by itself, after a question, or not.",
      ),
    image: z
      .string()
      .default("restic/restic:0.18.1")
      .describe("The image in which backups run on each server: it has restic, a shell and, for sftp, ssh."),
    drills: z
      .boolean()
      .default(true)
      .describe(
        "Whether the restore of each app is tried out once a month, beside the app and without touching it.",
      ),
    room: roomId.optional().describe("Room for notices about backups; the default room unless it is set."),
  })
  .prefault({});
