import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import type { JourneyView } from "#server/contracts/console/journeys.ts";
import { durationInWords, entryInWords, matcherInWords, percentInWords } from "#server/domain/definitions/in-words.ts";

const reentry = (definition: JourneyView["definition"]) => {
  if (definition.reentry.mode === "once") return "once per customer, ever";
  if (definition.reentry.mode === "always") return "as often as it starts";
  return `again after ${durationInWords(definition.reentry.ms)}`;
};

/** The rules of a journey in plain words. */
export function JourneyFacts({ view }: { view: JourneyView }) {
  const { definition, names } = view;
  const exits = [
    definition.exitOn.situationEnds && "as soon as the situation ends",
    definition.exitOn.event !== undefined && `on ${matcherInWords(definition.exitOn.event, names)}`,
  ].filter((each) => each !== false);
  return (
    <Card title="Rules" id="rules">
      <dl className="grid gap-2.5">
        <Row label="Starts">{entryInWords(definition.entry, names)}</Row>
        <Row label="Comes back">{reentry(definition)}</Row>
        <Row label="Leaves early">{exits.length === 0 ? "never" : exits.join(", or ")}</Row>
        <Row label="Goal">
          {definition.goal === undefined
            ? "none"
            : `${matcherInWords(definition.goal.match, names)} within ${durationInWords(definition.goal.windowMs)}`}
        </Row>
        <Row label="Left alone">{percentInWords(definition.holdoutShare)} of those who enter, to measure against</Row>
        <Row label="Rollout">{percentInWords(definition.rolloutShare)} of customers</Row>
        <Row label="Purpose">
          {definition.purpose.replaceAll("_", " ")}, class {definition.class.replaceAll("_", " ")}, topic{" "}
          {definition.topic.replaceAll("_", " ")}
        </Row>
        <Row label="Not repeated">within {durationInWords(definition.duplicateWindowMs)}, by any journey on any channel</Row>
        <Row label="Priority">
          {definition.priority} of 100; when outranked: {definition.whenOutranked === "hold" ? "waits" : "stays silent"}
        </Row>
      </dl>
    </Card>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-3">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
