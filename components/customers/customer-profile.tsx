"use client";
import type { ReactNode } from "react";
import { Time } from "#components/app/time.tsx";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { CustomerView } from "#server/contracts/console/customers.ts";

const consentTones: Record<string, Tone> = { granted: "good", denied: "bad", withdrawn: "bad", pending: "warn" };
const words = (key: string) => key.replaceAll("_", " ");

/** Who the customer is, how they can be reached, and what they allow. */
export function CustomerProfile({ view }: { view: CustomerView }) {
  return (
    <>
      <Card title="Profile" id="profile">
        <dl className="grid gap-2.5">
          <Row label="Language">
            {view.locale.value} <Source text={view.locale.source} />
          </Row>
          <Row label="Time zone">
            {view.timezone.value} <Source text={view.timezone.source} />
          </Row>
          {view.addresses.map((address) => (
            <Row key={`${address.kind}${address.value}`} label={address.kind === "email" ? "E-mail" : "Phone"}>
              <span className="break-all">{address.value}</span>{" "}
              {address.suppressed !== null ? (
                <Badge tone="bad">never write: {words(address.suppressed)}</Badge>
              ) : (
                !address.verified && <Badge tone="warn">not verified</Badge>
              )}
            </Row>
          ))}
          {view.traits.map((trait) => (
            <Row key={trait.key} label={trait.key}>
              <span className="break-words">{trait.value}</span>
            </Row>
          ))}
        </dl>
        {view.identities.length > 0 && (
          <details className="mt-3 border-t pt-3">
            <summary className="text-ink-soft">
              {view.identities.length} {view.identities.length === 1 ? "identity" : "identities"}
            </summary>
            <ul className="mt-2 grid gap-1.5">
              {view.identities.map((identity) => (
                <li key={`${identity.kind}${identity.value}`} className="text-[13px]">
                  <span className="font-mono break-all">{identity.value}</span>{" "}
                  <span className="text-ink-soft">
                    {identity.kind}, since <Time at={identity.at} style="day" />
                  </span>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Card>
      <Card title="Consent and preferences" id="consent">
        {view.consent.length === 0 ? (
          <p className="text-ink-soft">Nothing on record: the policy decides.</p>
        ) : (
          <ul className="grid gap-2">
            {view.consent.map((each) => (
              <li key={`${each.purpose}${each.channel}`} className="flex items-start justify-between gap-3">
                <span>
                  {words(each.purpose)}, {each.channel === "*" ? "every channel" : words(each.channel)}
                  <span className="block text-xs text-ink-soft">
                    told by {words(each.source)}, <Time at={each.at} style="day" />
                  </span>
                </span>
                <Badge tone={consentTones[each.state] ?? "neutral"}>{each.state}</Badge>
              </li>
            ))}
          </ul>
        )}
        {view.preference !== null && <Preference preference={view.preference} />}
      </Card>
    </>
  );
}

function Preference({ preference }: { preference: NonNullable<CustomerView["preference"]> }) {
  return (
    <dl className="mt-3 grid gap-2.5 border-t pt-3">
      {preference.helpOff && <Row label="Help">turned off</Row>}
      {preference.snoozedUntil !== null && (
        <Row label="Snoozed until">
          <Time at={preference.snoozedUntil} />
        </Row>
      )}
      {preference.quietHours !== null && (
        <Row label="Quiet hours">
          {preference.quietHours.from}–{preference.quietHours.to}
        </Row>
      )}
      {preference.preferredChannel !== null && <Row label="Prefers">{words(preference.preferredChannel)}</Row>}
      {preference.topicsOff.length > 0 && <Row label="Topics off">{preference.topicsOff.map(words).join(", ")}</Row>}
      {preference.channelsOff.length > 0 && <Row label="Channels off">{preference.channelsOff.map(words).join(", ")}</Row>}
    </dl>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-3">
      <dt className="truncate text-ink-soft">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const sources: Record<string, string> = { told: "told", context: "from their device", company: "company default" };

function Source({ text }: { text: string }) {
  return <span className="text-xs text-ink-soft">({sources[text] ?? words(text)})</span>;
}
