import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** What a function that is to give the same answer live and in a replay may not touch, also where no test goes. */
const forbidden: [name: string, pattern: RegExp][] = [
  ["the ambient time", /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.now\b/],
  ["ambient randomness", /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/],
  ["asynchronous work", /\basync\b|\bawait\b|\bPromise\./],
  ["process and console", /\bprocess\.|\bconsole\./],
  ["the machine's own zone or language", /\btoLocale\w*\(\s*\)|\.getTimezoneOffset\(|\.get(?:Hours|Day|Date|Month|FullYear|Minutes)\(/],
];

/** The code without comments and string contents, which may well speak of these names. */
function codeOf(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[^:])\/\/.*$/gm, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
}

const files = readdirSync("server/domain", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.ts$/.test(name) && !/\.(test|cases|d)\.ts$/.test(name))
  .map((name) => join("server/domain", name));

test("the pure core is looked at", () => {
  expect(files.length).toBeGreaterThan(20);
});

test.each(forbidden)("the pure core never uses %s", (_name, pattern) => {
  expect(files.filter((file) => pattern.test(codeOf(readFileSync(file, "utf8"))))).toEqual([]);
});

test("a planted use is seen", () => {
  expect(forbidden.filter(([, pattern]) => pattern.test(codeOf("export const t = () => Date.now() + Math.random();")))).toHaveLength(2);
  expect(forbidden.filter(([, pattern]) => pattern.test(codeOf('// Date.now()\nexport const text = "Math.random()";')))).toEqual([]);
});
