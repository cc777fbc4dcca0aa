/** What a role that may not identify customers sees instead of an address. */
export function maskAddress(value: string): string {
  const at = value.indexOf("@");
  if (at > 0) return `${value.slice(0, 1)}•••@${value.slice(at + 1)}`;
  return `•••${value.slice(-2)}`;
}

type Named = { id: string; userId: string | null; name: string | null; email: string | null };

/** How a customer is called in lists: by name, else address, else identity; by identity alone where the role may not see more. */
export function labelOf(customer: Named, identify: boolean): string {
  if (identify && customer.name !== null && customer.name !== "") return customer.name;
  if (identify && customer.email !== null) return customer.email;
  return customer.userId ?? `Visitor ${customer.id.slice(-6)}`;
}

/** The name among a customer's traits, if they tell one. */
export function nameFromTraits(traits: Readonly<Record<string, unknown>>): string | null {
  const text = (key: string) => (typeof traits[key] === "string" ? traits[key].trim() : "");
  const whole = text("name") || `${text("firstName")} ${text("lastName")}`.trim();
  return whole === "" ? null : whole;
}
