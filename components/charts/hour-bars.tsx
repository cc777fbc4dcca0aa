"use client";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { chartColours, chartFont } from "./palette.ts";

export type HourBar = { label: string; received: number; refused: number };

/** One bar an hour: what was accepted, and on top of it what was refused. */
export default function HourBars({ data }: { data: HourBar[] }) {
  return (
    <ResponsiveContainer width="100%" height={180}>
      <BarChart data={data} margin={{ top: 6, right: 0, bottom: 0, left: 0 }} accessibilityLayer>
        <CartesianGrid vertical={false} stroke={chartColours.line} />
        <XAxis dataKey="label" tick={chartFont} tickLine={false} axisLine={false} interval="preserveStartEnd" minTickGap={28} />
        <YAxis tick={chartFont} tickLine={false} axisLine={false} width={44} allowDecimals={false} />
        <Tooltip cursor={{ fill: "var(--sunken)" }} contentStyle={tooltipStyle} isAnimationActive={false} />
        <Bar dataKey="received" stackId="hour" name="Accepted" fill={chartColours.accent} isAnimationActive={false} />
        <Bar dataKey="refused" stackId="hour" name="Refused" fill="var(--bad)" radius={[2, 2, 0, 0]} isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  );
}

const tooltipStyle = { background: "var(--surface)", border: "1px solid var(--line)", borderRadius: 7, fontSize: 12, color: "var(--ink)" };
