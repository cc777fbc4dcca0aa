/** What an API key may do. A key has a list of these; a route names the one it needs. */
export const scopeMeanings = {
  "customers:read": "Read profiles, decisions, messages and events of customers",
  "consent:write": "Record consent of customers",
  "cases:write": "Report support cases",
  "orders:write": "Report orders",
  "journeys:enroll": "Enroll customers in journeys",
  "decide:read": "Ask what would be decided, without effect",
  "decide:write": "Have decisions made and acted on",
  "hooks:read": "Read the addresses and secrets by which providers report back",
  "artifacts:read": "Export definitions",
  "artifacts:write": "Import definitions as drafts",
} as const;

export type ApiScope = keyof typeof scopeMeanings;

function isScope(value: string): value is ApiScope {
  return value in scopeMeanings;
}

export const apiScopes: readonly ApiScope[] = Object.keys(scopeMeanings).filter(isScope);
