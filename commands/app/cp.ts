import { z } from "zod";
import { AppDomain, ServiceName } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import copy from "../../workflows/copy.ts";

const Place = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}:\/.{0,1000}$/, {
  error: "a service and a path in it, such as app:/etc/hosts",
});

export default command({
  summary:
    "Copy a file from a container into the room; said as a reply to a file, put that one into the container.",
  example: "app cp notes.example.coop app:/srv/index.html",
  role: "maintainer",
  args: {
    app: AppDomain,
    place: Place,
    put: z.string().max(1000).optional().describe("a file to copy in, on the command line only"),
  },
  flags: ["put"],
  run: ({ args: { app, place, put }, by, apps }) => {
    const colon = place.indexOf(":");
    const service = ServiceName.parse(place.slice(0, colon));
    const input = { app: apps.get(app).domain, service, path: place.slice(colon + 1) };
    if (put !== undefined) return start(copy, { ...input, put });
    const { room, repliesTo } = by.place ?? {};
    return start(copy, { ...input, ...(repliesTo !== undefined && { sent: { room, eventId: repliesTo } }) });
  },
});
