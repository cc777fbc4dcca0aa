"use client";
import { Area, AreaChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { chartColours, chartFont } from "./palette.ts";

export type DecayPoint = { label: string; strength: number };

/** How a clue fades from now on, between nothing and certainty. */
export default function DecayCurve({ data }: { data: DecayPoint[] }) {
  return (
    <ResponsiveContainer width="100%" height={92}>
      <AreaChart data={data} margin={{ top: 4, right: 4, bottom: 0, left: 4 }} accessibilityLayer>
        <XAxis
          dataKey="label"
          tick={chartFont}
          tickLine={false}
          axisLine={{ stroke: chartColours.line }}
          interval="preserveStartEnd"
          minTickGap={48}
        />
        <YAxis hide domain={[0, 1]} />
        <Tooltip
          isAnimationActive={false}
          formatter={(value) => [`${Math.round(Number(value) * 100)} %`, "Strength"]}
          contentStyle={{
            background: "var(--surface)",
            border: "1px solid var(--line)",
            borderRadius: 7,
            fontSize: 12,
            color: "var(--ink)",
          }}
        />
        <Area
          dataKey="strength"
          type="monotone"
          stroke={chartColours.accent}
          strokeWidth={1.75}
          fill="var(--accent-soft)"
          isAnimationActive={false}
        />
      </AreaChart>
    </ResponsiveContainer>
  );
}
