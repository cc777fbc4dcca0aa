import {
  CircleDot,
  Flag,
  HandHelping,
  Headset,
  type LucideIcon,
  Mail,
  MessageSquareReply,
  MousePointerClick,
  Package,
  Scale,
  ShieldCheck,
  Waypoints,
} from "lucide-react";
import type { StoryItem, StoryKind } from "#server/contracts/console/story.ts";

export const kindLabels: Record<StoryKind, string> = {
  event: "Events",
  transition: "Situations",
  journey: "Journeys",
  decision: "Decisions",
  message: "Messages",
  reaction: "Answers",
  outcome: "Outcomes",
  order: "Orders",
  case: "Cases",
  task: "Tasks",
  consent: "Consent",
};

export const kindNames: Record<StoryKind, string> = {
  event: "Event",
  transition: "Situation",
  journey: "Journey",
  decision: "Decision",
  message: "Message",
  reaction: "Answer",
  outcome: "Outcome",
  order: "Order",
  case: "Support case",
  task: "Task",
  consent: "Consent",
};

export const kindIcons: Record<StoryKind, LucideIcon> = {
  event: MousePointerClick,
  transition: CircleDot,
  journey: Waypoints,
  decision: Scale,
  message: Mail,
  reaction: MessageSquareReply,
  outcome: Flag,
  order: Package,
  case: Headset,
  task: HandHelping,
  consent: ShieldCheck,
};

export const toneClasses: Record<StoryItem["tone"], string> = {
  neutral: "bg-sunken text-ink-soft",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};
