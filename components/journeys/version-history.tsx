"use client";
import Link from "next/link";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { JourneyView } from "#server/contracts/console/journeys.ts";

const tones: Record<string, Tone> = { live: "good", draft: "neutral", submitted: "warn", approved: "accent", rejected: "bad" };
const verdicts: Record<string, string> = { approved: "approved by", rejected: "rejected by", changes_requested: "changes asked for by" };

/** Every version: who wrote it, who read it, and when it was live. */
export function VersionHistory({ view }: { view: JourneyView }) {
  return (
    <Card title="Versions" id="versions" flush>
      <ol>
        {view.versions.map((version) => {
          const shown = version.version === view.version;
          return (
            <li key={version.version} className={`border-b px-4 py-3 last:border-b-0 ${shown ? "bg-accent-soft/40" : ""}`}>
              <p className="flex flex-wrap items-center gap-2">
                <Link
                  href={routes.journey(view.key, { version: version.version })}
                  aria-current={shown ? "true" : undefined}
                  className="rounded-sm font-medium hover:text-accent-ink"
                >
                  Version {version.version}
                </Link>
                <Badge tone={tones[version.status] ?? "neutral"}>{version.status}</Badge>
                {shown && <span className="text-xs text-ink-soft">shown</span>}
              </p>
              <p className="text-[13px] text-ink-soft">
                by {version.authors.join(", ")}, <Time at={version.createdAt} style="day" />
                {version.liveAt !== null && (
                  <>
                    {" "}
                    · live since <Time at={version.liveAt} />
                  </>
                )}
              </p>
              {version.note !== null && <p className="text-[13px]">{version.note}</p>}
              {version.reviews.map((review) => (
                <p key={`${review.by}${review.at}`} className="text-[13px] text-ink-soft">
                  {verdicts[review.verdict] ?? review.verdict} {review.by}
                  {review.comment !== "" && `: “${review.comment}”`}
                </p>
              ))}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
