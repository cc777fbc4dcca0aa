import { isMailAddress } from "../responses/mail-address.ts";
import type { AddressKind } from "./profile.ts";

const phone = /^\+[1-9]\d{6,14}$/;

/**
 * An address in the one form that is stored and hashed; null when it cannot be one. E-mail: trimmed, Unicode NFC, lower case, what
 * can stand in an SMTP envelope, with a dotted domain. Phone: E.164, `+` and 7 to 15 digits, after dropping spaces, dots, dashes and
 * brackets and turning a leading `00` into `+`; a national number is not guessed at.
 */
export function normaliseAddress(kind: AddressKind, value: string): string | null {
  if (value.length > 400) return null;
  if (kind === "email") {
    const normal = value.trim().normalize("NFC").toLowerCase();
    return isMailAddress(normal) && /@.+\../.test(normal) ? normal : null;
  }
  const normal = value.replace(/[\s().-]/g, "").replace(/^00/, "+");
  return phone.test(normal) ? normal : null;
}
