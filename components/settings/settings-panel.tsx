"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PageHeader } from "#components/app/page-header.tsx";
import { Time } from "#components/app/time.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Failure, SkeletonRows } from "#components/ui/states.tsx";
import type { SettingsView } from "#server/contracts/console/settings.ts";
import { People } from "./people.tsx";

export function SettingsPanel() {
  const trpc = useTRPC();
  const settings = useQuery(trpc.settings.read.queryOptions());
  return (
    <>
      <PageHeader title="Settings" lead="How this installation is set up, where events come from, and who may sign in." />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        {settings.data !== undefined ? (
          <>
            <Installation view={settings.data} />
            <Sources sources={settings.data.sources} />
          </>
        ) : (
          <Card flush>
            {settings.isError ? <Failure message={messageOf(settings.error)} onRetry={() => void settings.refetch()} /> : <SkeletonRows />}
          </Card>
        )}
        <div className="min-w-0 lg:col-span-2">
          <People />
        </div>
      </div>
    </>
  );
}

function Installation({ view }: { view: SettingsView }) {
  return (
    <Card title="Installation" id="installation">
      <dl className="grid gap-2.5">
        <Row label="Company">{view.company.name}</Row>
        <Row label="Time zone">{view.company.timezone}</Row>
        <Row label="Language">{view.company.locale}</Row>
        <Row label="Address">
          <span className="break-all">{view.url}</span>
        </Row>
        <Row label="Mail">
          {view.mail === "sandbox" ? "caught in the Outbox; set TACT_SMTP_URL to send it" : "sent by your SMTP server"}
        </Row>
        <Row label="Queue">{view.queue === "redis" ? "Redis" : "PostgreSQL"}</Row>
      </dl>
    </Card>
  );
}

function Sources({ sources }: { sources: SettingsView["sources"] }) {
  return (
    <Card title="Sources and keys" id="sources" flush>
      {sources.length === 0 && <p className="p-4 text-ink-soft">No source yet.</p>}
      <ul>
        {sources.map((source) => (
          <li key={source.id} className="border-b px-4 py-3 last:border-b-0">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{source.name}</span>
              <Badge>{source.kind}</Badge>
              {source.disabledAt !== null && <Badge tone="bad">disabled</Badge>}
            </p>
            <ul className="mt-1 grid gap-0.5 text-[13px] text-ink-soft">
              {source.keys.map((key) => (
                <li key={key.prefix + key.name}>
                  <span className="font-mono">{key.prefix}…</span> {key.name},{" "}
                  {key.kind === "write" ? "sends events" : `API: ${key.scopes.join(", ") || "no scope"}`}
                  {key.revokedAt !== null ? ", revoked" : key.lastUsedAt === null ? ", never used" : ", used "}
                  {key.revokedAt === null && key.lastUsedAt !== null && <Time at={key.lastUsedAt} relative />}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-3">
      <dt className="text-ink-soft">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
