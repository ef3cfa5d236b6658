/**
 * True when the value of a setting should not be shown: its name speaks of a password, token or key. The
 * versions of secrets (`SECRET_X_VERSION=v1`) are no secrets.
 */
export function looksSecret(key: string): boolean {
  if (/_VERSION$/.test(key)) return false;
  return /(PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)(API|ACCESS|AUTH)?KEYS?)(_|$|\d)/i.test(
    key,
  );
}
