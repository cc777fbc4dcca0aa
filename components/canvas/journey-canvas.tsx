"use client";
import "@xyflow/react/dist/style.css";
import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import { useTheme } from "next-themes";
import { useMemo } from "react";
import { cn } from "#components/class-names.ts";
import { layOut, NODE_HEIGHT, NODE_WIDTH, type PlacedStep, type Point, type Step } from "#components/journeys/journey-graph.ts";
import { stepLooks } from "#components/journeys/step-look.ts";
import { middleOf, roundedPath } from "./edge-path.ts";

export type StepCounts = { here: number; sent: number; withheld: number; failed: number };
type StepNode = Node<{ step: PlacedStep; counts: StepCounts | null }, "step">;

type WayEdge = Edge<{ points: Point[] }, "way">;

const nodeTypes = { step: StepCard };
const edgeTypes = { way: WayLine };

/** The journey as a picture, for reading. The list beside it says the same in words. */
export default function JourneyCanvas({ steps, counts }: { steps: readonly Step[]; counts: ReadonlyMap<string, StepCounts> }) {
  const { resolvedTheme } = useTheme();
  const { nodes, edges } = useMemo(() => {
    const placed = layOut(steps);
    const nodes: StepNode[] = placed.steps.map((step) => ({
      id: step.id,
      type: "step",
      position: { x: step.x, y: step.y },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: { step, counts: counts.get(step.id) ?? null },
    }));
    const edges: WayEdge[] = placed.ways.map((way) => ({
      id: way.id,
      source: way.from,
      target: way.to,
      type: "way",
      data: { points: way.points },
      ...(way.label !== "" && { label: way.label }),
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: "var(--line-strong)" },
      style: { stroke: "var(--line-strong)", strokeWidth: 1.4 },
      labelStyle: { fill: "var(--ink-soft)", fontSize: 11 },
      labelBgStyle: { fill: "var(--page)" },
      labelBgPadding: [4, 2],
    }));
    return { nodes, edges };
  }, [steps, counts]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      colorMode={resolvedTheme === "dark" ? "dark" : "light"}
      fitView
      fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
      minZoom={0.2}
      maxZoom={1.6}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      zoomOnScroll={false}
      preventScrolling={false}
      onlyRenderVisibleElements
      className="!bg-page"
    >
      <Background gap={22} size={1} color="var(--line)" />
      <Controls showInteractive={false} position="bottom-right" />
    </ReactFlow>
  );
}

function WayLine({ data, label, markerEnd, style, labelStyle, labelBgStyle, labelBgPadding }: EdgeProps<WayEdge>) {
  const points = data?.points ?? [];
  const middle = middleOf(points);
  return (
    <BaseEdge
      path={roundedPath(points)}
      labelX={middle.x}
      labelY={middle.y}
      label={label}
      {...(markerEnd !== undefined && { markerEnd })}
      {...(style !== undefined && { style })}
      {...(labelStyle !== undefined && { labelStyle })}
      {...(labelBgStyle !== undefined && { labelBgStyle })}
      {...(labelBgPadding !== undefined && { labelBgPadding })}
    />
  );
}

function StepCard({ data: { step, counts } }: NodeProps<StepNode>) {
  const { icon: Icon, label } = stepLooks[step.kind];
  const speaks = step.kind === "help" || step.kind === "ladder" || step.kind === "survey";
  return (
    <div
      style={{ width: NODE_WIDTH, height: NODE_HEIGHT }}
      className={cn(
        "flex flex-col justify-center rounded-lg border bg-surface px-3 shadow-card",
        step.kind === "entry" && "border-accent/60 bg-accent-soft",
        step.kind === "goal" && "border-good/50",
        step.kind === "exit" && "bg-sunken",
      )}
    >
      {step.kind !== "entry" && <Handle type="target" position={Position.Top} className="!size-1 !border-0 !bg-transparent" />}
      <p className="flex items-center gap-1.5 text-[11px] text-ink-soft">
        <Icon aria-hidden className={cn("size-3.5", speaks && "text-accent-ink")} />
        {label}
        {counts !== null && counts.here > 0 && (
          <span className="ml-auto rounded-sm bg-accent-soft px-1 font-medium text-accent-ink">{counts.here} here</span>
        )}
      </p>
      <p className="mt-0.5 line-clamp-2 text-[13px] leading-snug font-medium" title={step.title}>
        {step.title}
      </p>
      {speaks && counts !== null ? (
        <p className="truncate text-[11px] text-ink-soft tabular-nums">
          {counts.sent} sent · {counts.withheld} withheld{counts.failed > 0 && ` · ${counts.failed} failed`}
        </p>
      ) : (
        step.detail !== "" && (
          <p className="truncate text-[11px] text-ink-soft" title={step.detail}>
            {step.detail}
          </p>
        )
      )}
      {step.kind !== "exit" && <Handle type="source" position={Position.Bottom} className="!size-1 !border-0 !bg-transparent" />}
    </div>
  );
}
