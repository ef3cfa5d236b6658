import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { WebSettings } from "./types.ts";

/**
 * The headers of every answer (ASVS 3.4). There is no script at all, so the policy names none. `same-origin`
 * as referrer policy because with `no-referrer` browsers send `Origin: null` with forms, which CSRF checks
 * refuse.
 */
export function headers(settings: Pick<WebSettings, "publicUrl">): MiddlewareHandler {
  const none = ["'none'"];
  const self = ["'self'"];
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: none,
      styleSrc: self,
      imgSrc: self,
      formAction: self,
      frameAncestors: none,
      baseUri: none,
    },
    referrerPolicy: "same-origin",
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    xFrameOptions: "DENY",
    // No subdomains and no preload: what else lives under the co-op's name is not ours to decide.
    strictTransportSecurity: settings.publicUrl.startsWith("https:") ? "max-age=31536000" : false,
    permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
  });
}
