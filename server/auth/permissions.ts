/** Every role a person of the company can have; exactly one each. */
export const roles = ["admin", "marketer", "product", "support_lead", "agent", "compliance", "manager"] as const;
export type Role = (typeof roles)[number];

export const roleNames: Record<Role, string> = {
  admin: "Administrator",
  marketer: "Marketer",
  product: "Product",
  support_lead: "Support lead",
  agent: "Agent",
  compliance: "Compliance",
  manager: "Manager",
};

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text);
}

const everybody = roles;

/** The one table of who may do what. Procedures and pages name a permission, never a role. */
const allowed = {
  /** The pulse of the road and the two rates on Today. */
  "today.read": everybody,
  /** Customers and their story, with personal data masked. */
  "customers.read": everybody,
  /** Names, addresses, traits and event properties of customers in clear. */
  "customers.identify": ["admin", "marketer", "support_lead", "agent", "compliance"],
  "journeys.read": everybody,
  /** Signals, situations, segments, responses and policies. */
  "definitions.read": everybody,
  /** Rendered messages, which carry names and addresses. */
  "outbox.read": ["admin", "marketer", "support_lead", "agent", "compliance"],
  /** Messages and what became of them; who got them only as far as the role may identify customers. */
  "deliveries.read": everybody,
  /** Say what became of a message whose provider never answered. */
  "deliveries.resolve": ["admin", "support_lead"],
  /** Sources, their keys (never a secret), volumes, events and refusals. */
  "sources.read": ["admin", "marketer", "product", "support_lead", "compliance", "manager"],
  /** Make, rotate and revoke keys, change origins and secrets. */
  "sources.manage": ["admin"],
  /** Put an event that failed back on the work list. */
  "events.retry": ["admin", "product"],
  "audit.read": ["admin", "compliance", "manager"],
  /** Company, sources and keys (never a secret). */
  "settings.read": ["admin", "compliance", "manager"],
  /** See who has an account. */
  "people.read": ["admin", "compliance", "manager"],
  /** Invite people, change roles, disable accounts. */
  "people.manage": ["admin"],
  /** One's own account: sign out other sessions. */
  "account.manage": everybody,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof allowed;
export const permissions = Object.keys(allowed) as Permission[];

/** May somebody with this role do this? */
export function can(role: Role, permission: Permission): boolean {
  return allowed[permission].some((each) => each === role);
}

/** All that a role may do. */
export function permissionsOf(role: Role): Permission[] {
  return permissions.filter((permission) => can(role, permission));
}
