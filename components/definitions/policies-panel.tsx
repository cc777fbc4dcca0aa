"use client";
import { ShieldCheck } from "lucide-react";
import { PageHeader } from "#components/app/page-header.tsx";
import { DefinitionList } from "./definition-list.tsx";

export function PoliciesPanel() {
  return (
    <>
      <PageHeader
        title="Policies"
        lead="When help may speak, on which channel, and when it must step back. Without an own policy the cautious default applies."
      />
      <DefinitionList kind="policy" icon={ShieldCheck} empty="Only the defaults apply" />
    </>
  );
}
