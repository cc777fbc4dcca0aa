import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { CustomersPanel } from "#components/customers/customers-panel.tsx";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Customers" };

export default async function CustomersPage() {
  if (!(await mayOpen("customers.read"))) return <NotAllowed />;
  return <CustomersPanel />;
}
