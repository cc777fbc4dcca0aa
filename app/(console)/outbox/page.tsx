import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { OutboxPanel } from "#components/outbox/outbox-panel.tsx";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Outbox" };

export default async function OutboxPage() {
  if (!(await mayOpen("outbox.read"))) return <NotAllowed />;
  return <OutboxPanel />;
}
