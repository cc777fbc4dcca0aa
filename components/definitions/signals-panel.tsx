"use client";
import { Activity } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { PageHeader } from "#components/app/page-header.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { DefinitionList } from "./definition-list.tsx";

const kinds = ["signal", "situation", "segment"] as const;
const labels = { signal: "Signals", situation: "Situations", segment: "Segments" };

export function SignalsPanel() {
  const [kind, setKind] = useQueryState("kind", parseAsStringLiteral(kinds).withDefault("signal"));
  return (
    <>
      <PageHeader title="Signals" lead="The clues that are noticed, the situations they add up to, and the segments that differ." />
      <Tabs
        label="Kind"
        value={kind}
        onChange={(value) => void setKind(kinds.find((each) => each === value) ?? "signal")}
        tabs={kinds.map((each) => ({
          value: each,
          label: labels[each],
          content: <DefinitionList kind={each} icon={Activity} empty={`No ${labels[each].toLowerCase()} yet`} />,
        }))}
      />
    </>
  );
}
