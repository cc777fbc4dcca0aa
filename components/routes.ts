type Query = Record<string, string | number | null | undefined>;

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Every address of the console, built in one place. */
export const routes = {
  today: () => "/today",
  journeys: () => "/journeys",
  journey: (key: string, query: { version?: number | null } = {}) => withQuery(`/journeys/${encodeURIComponent(key)}`, query),
  signals: (query: { kind?: "signal" | "situation" | "segment" } = {}) => withQuery("/signals", query),
  responses: () => "/responses",
  policies: () => "/policies",
  customers: (query: { q?: string; situation?: string | null; journey?: string | null } = {}) => withQuery("/customers", query),
  customer: (id: string, query: { show?: string } = {}) => withQuery(`/customers/${encodeURIComponent(id)}`, query),
  outbox: (query: { mail?: string; q?: string; journey?: string | null } = {}) => withQuery("/outbox", query),
  deliveries: (query: { state?: string; journey?: string | null; view?: string } = {}) => withQuery("/deliveries", query),
  delivery: (id: string) => `/deliveries/${encodeURIComponent(id)}`,
  sources: (query: { view?: string } = {}) => withQuery("/sources", query),
  source: (id: string, query: { view?: string; fate?: string } = {}) => withQuery(`/sources/${encodeURIComponent(id)}`, query),
  audit: (query: { kind?: string } = {}) => withQuery("/audit", query),
  settings: () => "/settings",
  signIn: (query: { to?: string } = {}) => withQuery("/sign-in", query),
  setup: () => "/setup",
  join: () => "/join",
} as const;
