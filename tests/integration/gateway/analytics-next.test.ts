import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { browserPath } from "../../../scripts/browser.mjs";
import { BROWSER_KEY, type GatewayUnderTest, startGateway, storedEvents } from "./gateway-under-test.ts";

const executablePath = browserPath();
let gateway: GatewayUnderTest;
let shop: Server;

function portOf(server: Server): number {
  const address = server.address() as AddressInfo;
  return address.port;
}

/** A shop page on an origin of its own that loads the official client as any site would. */
async function openShop(): Promise<Server> {
  const api = new URL(gateway.url).host;
  const bundle = await build({
    stdin: {
      resolveDir: process.cwd(),
      contents: `import { AnalyticsBrowser } from "@segment/analytics-next";
        const analytics = AnalyticsBrowser.load(
          { writeKey: ${JSON.stringify(BROWSER_KEY)}, cdnURL: "http://${api}" },
          { integrations: { "Segment.io": { apiHost: "${api}/v1", protocol: "http" } } },
        );
        window.done = (async () => {
          await analytics.page("Checkout", { step: "payment" });
          await analytics.track("Element Clicked", { element: "#pay" });
          await analytics.identify("ada", { plan: "gold" });
        })();`,
    },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const script = bundle.outputFiles[0]?.text ?? "";
  const server = createServer((request, response) => {
    response.setHeader("content-type", request.url === "/shop.js" ? "text/javascript" : "text/html");
    response.end(
      request.url === "/shop.js"
        ? script
        : '<!doctype html><title>Shop</title><link rel="icon" href="data:,"><script src="/shop.js"></script>',
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

describe.skipIf(executablePath === null)("@segment/analytics-next in a real browser (skipped without a Chromium)", () => {
  beforeAll(async () => {
    gateway = await startGateway();
    shop = await openShop();
    await gateway.database.pool.query("UPDATE source SET allowed_origins = $1 WHERE key = 'website'", [
      [`http://127.0.0.1:${portOf(shop)}`],
    ]);
  });
  afterAll(async () => {
    shop.close();
    await gateway.close();
  });

  test("loads its settings, delivers page, track and identify across origins, and proves no user by naming one", {
    timeout: 60_000,
  }, async () => {
    const browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
    });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      await page.goto(`http://127.0.0.1:${portOf(shop)}/`);
      await page.evaluate("window.done");
      await vi.waitFor(async () => expect(await storedEvents(gateway.database)).toHaveLength(3), { timeout: 20_000, interval: 50 });
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
    const stored = await storedEvents(gateway.database);
    expect(stored.map((event) => [event.type, event.name]).sort()).toEqual([
      ["identify", null],
      ["page", "Checkout"],
      ["track", "Element Clicked"],
    ]);
    const { rows } = await gateway.database.pool.query(
      "SELECT count(DISTINCT actor)::int AS actors, bool_or(verified AND type = 'identify') AS proved FROM events",
    );
    expect(rows[0]).toEqual({ actors: 1, proved: false });
  });
});
