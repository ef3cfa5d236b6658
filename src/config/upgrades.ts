import { z } from "zod";
import { roomId } from "./room-id.ts";
import { readWindow } from "../core/window.ts";

/** When versions are looked at, and when upgrades may happen by themselves. */
export const upgradeSettings = z
  .strictObject({
    everyHours: z
      .number()
      .int()
      .min(1)
      .max(24)
      .default(6)
      .describe("How often the recipes of all apps are looked at for newer versions: every so many hours."),
    window: z
      .string()
      .refine((text) => readWindow(text) !== undefined, { error: "a part of the day, such as 02:00-05:00" })
      .default("02:00-05:00")
      .describe(
        "When upgrades may happen by themselves, in the time zone of web.timeZone; it may go over midnight.",
      ),
    pauseMinutes: z
      .number()
      .int()
      .min(0)
      .max(1440)
      .default(10)
      .describe("The pause between two upgrades that happen by themselves, in minutes."),
    images: z
      .boolean()
      .default(true)
      .describe("Whether registries are asked once a week for newer images of the apps' recipes."),
    room: roomId
      .optional()
      .describe("Room for the weekly notice about newer images; the default room unless it is set."),
  })
  .prefault({});
