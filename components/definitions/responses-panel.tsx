"use client";
import { BookText } from "lucide-react";
import { PageHeader } from "#components/app/page-header.tsx";
import { DefinitionList } from "./definition-list.tsx";

export function ResponsesPanel() {
  return (
    <>
      <PageHeader title="Responses" lead="The shared library: one intent each, worded for every channel and language." />
      <DefinitionList kind="response" icon={BookText} empty="No responses yet" />
    </>
  );
}
