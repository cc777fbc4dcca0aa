"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, MailX } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { PageHeader } from "#components/app/page-header.tsx";
import { useMay } from "#components/app/session.tsx";
import { Time } from "#components/app/time.tsx";
import { cn } from "#components/class-names.ts";
import { routes } from "#components/routes.ts";
import { isNotFound, messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { DeliveryView } from "#server/contracts/console/deliveries.ts";
import { stateWords } from "./deliveries-view.ts";
import { ResolveUnknown } from "./resolve-unknown.tsx";

export function DeliveryPanel({ id }: { id: string }) {
  const trpc = useTRPC();
  const message = useQuery(trpc.deliveries.show.queryOptions({ id }, live("pulse")));
  if (message.data !== undefined) return <DeliveryPage view={message.data} />;
  if (message.isError && isNotFound(message.error)) return <Empty icon={MailX} title="There is no such message" />;
  if (message.isError) return <Failure message={messageOf(message.error)} onRetry={() => void message.refetch()} />;
  return <SkeletonRows rows={12} />;
}

function DeliveryPage({ view }: { view: DeliveryView }) {
  const state = stateWords[view.state];
  return (
    <>
      <PageHeader
        above={
          <Link
            href={routes.deliveries()}
            className="mb-1.5 inline-flex items-center gap-1 rounded-sm text-[13px] text-ink-soft hover:text-ink"
          >
            <ArrowLeft aria-hidden className="size-3.5" />
            Deliveries
          </Link>
        }
        title={view.subject ?? view.response.name}
        lead={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Badge tone={state.tone}>{state.label}</Badge>
            <span>{state.meaning}</span>
          </span>
        }
      />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          {view.state === "unknown" && <ResolveUnknown id={view.id} />}
          <Life steps={view.life} />
          <Decision view={view} />
        </div>
        <Facts view={view} />
      </div>
    </>
  );
}

const dots = { neutral: "bg-line-strong", good: "bg-good", warn: "bg-warn", bad: "bg-bad" } as const;

function Life({ steps }: { steps: DeliveryView["life"] }) {
  return (
    <Card title="Its whole life" id="life">
      <ol className="grid gap-4">
        {steps.map((step) => (
          <li key={step.id} className="grid grid-cols-[0.75rem_minmax(0,1fr)_auto] gap-x-3">
            <span aria-hidden className={cn("mt-1.5 size-2 rounded-full", dots[step.tone])} />
            <span className="min-w-0">
              <span className="font-medium">{step.title}</span>
              {step.detail !== null && (
                <span className="block text-[13px] text-pretty break-words text-ink-soft first-letter:uppercase">{step.detail}</span>
              )}
            </span>
            <span className="text-[13px] text-ink-soft">
              <Time at={step.at} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Decision({ view }: { view: DeliveryView }) {
  const { decision } = view;
  return (
    <Card
      title="The decision"
      id="decision"
      aside={<TextLink href={routes.customer(view.customer.id, { show: "decision" })}>All decisions of this customer</TextLink>}
    >
      {decision === null ? (
        <p className="text-ink-soft">The decision is kept no longer.</p>
      ) : (
        <div className="grid gap-3">
          <p>
            <span className="font-medium">{decision.title}</span>
            {decision.detail !== null && <span className="block text-ink-soft first-letter:uppercase">{decision.detail}</span>}
          </p>
          {decision.notes.length > 0 && (
            <ul className="grid list-disc gap-1 pl-4 text-[13px]">
              {decision.notes.map((note) => (
                <li key={note} className="first-letter:uppercase">
                  {note}
                </li>
              ))}
            </ul>
          )}
          {decision.guards.length > 0 && (
            <details>
              <summary className="w-fit rounded-sm text-[13px] text-accent-ink">Every guard, in order</summary>
              <dl className="mt-2 grid gap-1 text-[13px]">
                {decision.guards.map((guard) => (
                  <div key={guard.guard} className="grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-3">
                    <dt className="text-ink-soft">{guard.guard}</dt>
                    <dd>{guard.text}</dd>
                  </div>
                ))}
              </dl>
            </details>
          )}
        </div>
      )}
    </Card>
  );
}

function Facts({ view }: { view: DeliveryView }) {
  const outbox = useMay("outbox.read");
  return (
    <Card title="Facts" id="facts">
      <dl className="grid gap-2.5">
        <Row label="Customer">
          <TextLink href={routes.customer(view.customer.id)}>{view.customer.label}</TextLink>
        </Row>
        <Row label="Journey">
          <TextLink href={routes.journey(view.journey.key, { version: view.version })}>{view.journey.name}</TextLink>, version{" "}
          {view.version}, step {view.node}
        </Row>
        <Row label="Response">{view.response.name}</Row>
        <Row label="Kind">
          {view.class.replaceAll("_", " ")}, for {view.purpose.replaceAll("_", " ")}
        </Row>
        <Row label="Channel">{view.channel.replaceAll("_", " ")}</Row>
        {view.recipient !== null && <Row label="To">{view.recipient}</Row>}
        <Row label="Not after">
          <Time at={view.deadlineAt} />
        </Row>
        {view.provider !== null && <Row label="Provider">{view.provider}</Row>}
        {view.providerMessageId !== null && (
          <Row label="Its id there">
            <span className="font-mono text-xs">{view.providerMessageId}</span>
          </Row>
        )}
        <Row label="Id">
          <span className="font-mono text-xs">{view.id}</span>
        </Row>
      </dl>
      {outbox && view.inOutbox && (
        <p className="mt-3">
          <TextLink href={routes.outbox({ mail: view.id })}>See the mail</TextLink>
        </p>
      )}
    </Card>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6rem_minmax(0,1fr)] gap-3">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
