/** The roles as they are offered in a list. */
export const roleOptions = [
  { value: "admin", label: "Administrator" },
  { value: "marketer", label: "Marketer" },
  { value: "product", label: "Product" },
  { value: "support_lead", label: "Support lead" },
  { value: "agent", label: "Agent" },
  { value: "compliance", label: "Compliance" },
  { value: "manager", label: "Manager" },
] as const;
