import { randomBytes } from "node:crypto";
import {
  decodeRecoveryKey as theirDecode,
  encodeRecoveryKey as theirEncode,
} from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import theirDecrypt from "matrix-js-sdk/lib/utils/decryptAESSecretStorageItem.js";
import theirEncrypt from "matrix-js-sdk/lib/utils/encryptAESSecretStorageItem.js";
import { describe, expect, test } from "vitest";
import { decodeRecoveryKey, encodeRecoveryKey } from "../../../src/chat/matrix/crypto/recovery-key.ts";
import { describeKey, seal, storageKeyOf, unseal } from "../../../src/chat/matrix/crypto/secret-storage.ts";

/** From the Matrix specification's own tests: the X25519 key of RFC 7748, 6.1. */
const known = {
  text: "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d",
  hex: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
};

describe("recovery keys", () => {
  test("are read and written as the specification has them", () => {
    expect(decodeRecoveryKey(known.text)?.toString("hex")).toBe(known.hex);
    expect(decodeRecoveryKey(` ${known.text.replaceAll(" ", "")}\n`)?.toString("hex")).toBe(known.hex);
    expect(encodeRecoveryKey(Buffer.from(known.hex, "hex"))).toBe(known.text);
  });

  test("agree with another implementation, also on keys that begin with zeros", () => {
    for (const key of [
      randomBytes(32),
      Buffer.alloc(32),
      Buffer.concat([Buffer.alloc(5), randomBytes(27)]),
    ]) {
      expect(encodeRecoveryKey(key)).toBe(theirEncode(new Uint8Array(key)));
      expect(decodeRecoveryKey(encodeRecoveryKey(key))).toEqual(
        Buffer.from(theirDecode(encodeRecoveryKey(key))),
      );
    }
  });

  test.each([
    ["a letter is wrong", known.text.replace("EsTc", "EsTd")],
    ["a letter is missing", known.text.slice(0, -1)],
    ["a letter cannot occur", known.text.replace("EsTc", "0OIl")],
    ["it is a passphrase", "correct horse battery staple"],
    ["it is nothing", ""],
  ])("are refused when %s", (_what, typed) => {
    expect(decodeRecoveryKey(typed)).toBeUndefined();
  });
});

describe("secret storage", () => {
  const key = randomBytes(32);
  const name = "m.cross_signing.master";

  test("opens what another implementation sealed, and the other way round", async () => {
    expect(unseal(key, name, await theirEncrypt("the secret", new Uint8Array(key), name))).toBe("the secret");
    expect(await theirDecrypt(seal(key, name, "the secret"), new Uint8Array(key), name)).toBe("the secret");
  });

  test("opens nothing with another key, under another name, or when a byte was changed", () => {
    const sealed = seal(key, name, "the secret");
    expect(unseal(randomBytes(32), name, sealed)).toBeUndefined();
    expect(unseal(key, "m.cross_signing.self_signing", sealed)).toBeUndefined();
    const first = sealed.ciphertext.startsWith("A") ? "B" : "A";
    expect(unseal(key, name, { ...sealed, ciphertext: first + sealed.ciphertext.slice(1) })).toBeUndefined();
    expect(unseal(key, name, undefined)).toBeUndefined();
  });

  test("takes a typed key only when it fits the account's own check", async () => {
    expect(storageKeyOf(encodeRecoveryKey(key), describeKey(key))).toEqual(key);
    expect(storageKeyOf(known.text, describeKey(key))).toBeUndefined();
    const { iv, mac } = await theirEncrypt("\0".repeat(32), new Uint8Array(key), "");
    expect(storageKeyOf(encodeRecoveryKey(key), { iv, mac: `${mac}=` })).toEqual(key);
  });

  test("takes a passphrase where the account was set up with one", () => {
    const passphrase = { algorithm: "m.pbkdf2", salt: "salt", iterations: 1000 };
    // PBKDF2-HMAC-SHA512, "correct horse", "salt", 1000 rounds, 32 bytes: openssl kdf.
    const made = storageKeyOf("correct horse", { passphrase });
    expect(made?.toString("hex")).toBe("38b54862cf5def6e5f58038925e7d345c7aabcb331948c89ed1759f359bbf674");
    expect(storageKeyOf("correct horse", {})).toBeUndefined();
  });
});
