"use client";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { chartColours, chartFont } from "./palette.ts";

export type MinuteBar = { label: string; received: number; processed: number };

/** Two bars a minute: what came in, and what was worked off. */
export default function MinuteBars({ data }: { data: MinuteBar[] }) {
  return (
    <ResponsiveContainer width="100%" height={150}>
      <BarChart data={data} margin={{ top: 6, right: 0, bottom: 0, left: 0 }} barGap={1} accessibilityLayer>
        <CartesianGrid vertical={false} stroke={chartColours.line} />
        <XAxis dataKey="label" tick={chartFont} tickLine={false} axisLine={false} interval="preserveStartEnd" minTickGap={28} />
        <YAxis tick={chartFont} tickLine={false} axisLine={false} width={36} allowDecimals={false} />
        <Tooltip cursor={{ fill: "var(--sunken)" }} contentStyle={tooltipStyle} isAnimationActive={false} />
        <Bar dataKey="received" name="Received" fill={chartColours.accent} radius={[2, 2, 0, 0]} isAnimationActive={false} />
        <Bar dataKey="processed" name="Processed" fill={chartColours.soft} radius={[2, 2, 0, 0]} isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  );
}

const tooltipStyle = { background: "var(--surface)", border: "1px solid var(--line)", borderRadius: 7, fontSize: 12, color: "var(--ink)" };
