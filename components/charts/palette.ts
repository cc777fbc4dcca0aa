/** Chart colours are the tokens, so that both themes fit. */
export const chartColours = { accent: "var(--accent)", soft: "var(--line-strong)", line: "var(--line)", text: "var(--ink-soft)" } as const;
export const chartFont = { fontSize: 11, fill: chartColours.text } as const;
