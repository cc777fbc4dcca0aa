/** Who acts. Every change carries one into the audit chain. */
export type Actor = { kind: "user" | "api_key" | "system"; id: string; ip: string | null };
