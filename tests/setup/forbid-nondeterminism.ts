import { afterAll, beforeAll } from "vitest";
import "./seed-properties.ts";

const RealDate = Date;
const realRandom = Math.random;

function violation(name: string): never {
  throw new Error(`${name} is forbidden in server/domain: pass the instant or the seed in`);
}

beforeAll(() => {
  globalThis.Date = new Proxy(RealDate, {
    apply: () => violation("Date()"),
    construct: (target, args) => (args.length > 0 ? Reflect.construct(target, args) : violation("new Date()")),
    get: (target, key) => (key === "now" ? () => violation("Date.now()") : Reflect.get(target, key)),
  });
  Math.random = () => violation("Math.random()");
});

afterAll(() => {
  globalThis.Date = RealDate;
  Math.random = realRandom;
});
