const shape =
  /^[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * May this text stand in an SMTP envelope? At most 254 characters, one `@`, plain ASCII; no quotes, comments, spaces or line ends, so
 * that nothing in it can end a command or name a second recipient. Linear in its length.
 */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && shape.test(text) && !text.includes("..") && !text.startsWith(".") && !text.includes(".@");
}

const withName = /^\s*([^<>]*?)\s*<([^<>\s]+)>\s*$/;

/** Splits `Name <address>`; a bare address has an empty name. Null when the address is not usable. */
export function parseMailbox(text: string): { name: string; address: string } | null {
  const match = withName.exec(text);
  const address = match?.[2] ?? text.trim();
  if (!isMailAddress(address)) return null;
  return { name: singleLine((match?.[1] ?? "").replace(/^"|"$/g, "")), address };
}

/** The text as one header line: every control character and line separator becomes a space, runs of white space one. */
export function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, " ").trim();
}
