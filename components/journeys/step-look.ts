import {
  Clock,
  Flag,
  GitBranch,
  Hand,
  LifeBuoy,
  LogIn,
  type LucideIcon,
  MessageCircleQuestion,
  Split,
  Square,
  TrendingUp,
} from "lucide-react";
import type { StepKind } from "./journey-graph.ts";

/** The mark and the name of each kind of step. */
export const stepLooks: Record<StepKind, { icon: LucideIcon; label: string }> = {
  entry: { icon: LogIn, label: "Start" },
  help: { icon: LifeBuoy, label: "Help" },
  ladder: { icon: TrendingUp, label: "Ladder" },
  wait: { icon: Clock, label: "Wait" },
  branch: { icon: GitBranch, label: "Branch" },
  split: { icon: Split, label: "Split" },
  handoff: { icon: Hand, label: "Hand over" },
  survey: { icon: MessageCircleQuestion, label: "Survey" },
  goal: { icon: Flag, label: "Goal" },
  exit: { icon: Square, label: "End" },
};
