import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, scripts: versions })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));
const lock = z
  .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
  .parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
const direct = { ...manifest.dependencies, ...manifest.devDependencies };

test("every package is pinned to one exact version", () => {
  const loose = Object.entries(direct).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version));
  expect(loose).toEqual([]);
});

test("the lock file holds exactly those versions", () => {
  const different = Object.entries(direct).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version);
  expect(different).toEqual([]);
});

test("no package is named twice", () => {
  expect(Object.keys(manifest.dependencies).filter((name) => name in manifest.devDependencies)).toEqual([]);
});

test("Prisma's parts are of one release, its engine too", () => {
  const names = ["prisma", "@prisma/client", "@prisma/adapter-pg", "@prisma/driver-adapter-utils"];
  const releases = new Set(names.map((name) => direct[name]));
  expect(releases.size).toBe(1);
  expect(direct["@prisma/schema-engine-wasm"]?.split("-")[0]).toBe([...releases][0]);
});
