"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, MailX } from "lucide-react";
import { useState } from "react";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { isNotFound, messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { Mail } from "#server/contracts/console/outbox.ts";

/** One mail: rendered, as text, and its headers. */
export function MailView({ id, onBack }: { id: string; onBack: () => void }) {
  const trpc = useTRPC();
  const mail = useQuery(trpc.outbox.show.queryOptions({ id }));
  return (
    <Card flush className="min-w-0">
      <div className="border-b px-2 py-1 lg:hidden">
        <Button variant="quiet" size="sm" onClick={onBack}>
          <ArrowLeft aria-hidden />
          All mails
        </Button>
      </div>
      {mail.data !== undefined ? (
        <MailBody mail={mail.data} />
      ) : mail.isError && isNotFound(mail.error) ? (
        <Empty icon={MailX} title="There is no such mail" />
      ) : mail.isError ? (
        <Failure message={messageOf(mail.error)} onRetry={() => void mail.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </Card>
  );
}

function MailBody({ mail }: { mail: Mail }) {
  const [part, setPart] = useState(mail.html === null ? "text" : "html");
  return (
    <>
      <header className="grid gap-1 border-b px-4 py-3">
        <h2 className="text-base font-semibold text-pretty">{mail.subject}</h2>
        <p className="break-words text-ink-soft">
          {mail.sender} → <span className="text-ink">{mail.recipient}</span>, <Time at={mail.at} />
        </p>
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
          {mail.state !== null && <Badge tone="good">{mail.state}</Badge>}
          {mail.customerId !== null && <TextLink href={routes.customer(mail.customerId)}>The customer</TextLink>}
          {mail.customerId !== null && mail.decisionId !== null && (
            <TextLink href={routes.customer(mail.customerId, { show: "decision" })}>Why it was sent</TextLink>
          )}
          {mail.journey !== null && <TextLink href={routes.journey(mail.journey.key)}>{mail.journey.name}</TextLink>}
        </p>
      </header>
      <div className="px-4 pb-4">
        <Tabs
          label="Parts of the mail"
          value={part}
          onChange={setPart}
          tabs={[
            ...(mail.html === null
              ? []
              : [{ value: "html", label: "As seen", content: <RenderedMail html={mail.html} subject={mail.subject} /> }]),
            {
              value: "text",
              label: "Plain text",
              content: <pre className="font-sans leading-relaxed break-words whitespace-pre-wrap">{mail.text}</pre>,
            },
            { value: "headers", label: "Headers", content: <Headers headers={mail.headers} /> },
          ]}
        />
      </div>
    </>
  );
}

/** The mail in a frame of its own: no scripts, no forms, no way to reach the console; links open in a new tab. */
function RenderedMail({ html, subject }: { html: string; subject: string }) {
  return (
    <iframe
      title={`Mail: ${subject}`}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={`<base target="_blank">${html}`}
      className="h-[34rem] w-full rounded-md border bg-white"
    />
  );
}

function Headers({ headers }: { headers: Mail["headers"] }) {
  if (headers.length === 0) return <p className="text-ink-soft">No headers were kept.</p>;
  return (
    <dl className="grid gap-1.5 font-mono text-[12.5px]">
      {headers.map((header) => (
        <div key={header.name + header.value} className="grid gap-x-4 sm:grid-cols-[14rem_minmax(0,1fr)]">
          <dt className="text-ink-soft">{header.name}</dt>
          <dd className="break-all">{header.value}</dd>
        </div>
      ))}
    </dl>
  );
}
