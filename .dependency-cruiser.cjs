const SOURCES = "^(app|components|server|workers|widget|scripts|bench)/";
const TESTS = "[.](test|bench)[.]tsx?$";
const ADAPTERS = "^server/(data|queue|channels)/";
const DRIVERS = "^node_modules/(@prisma|pg|bullmq|ioredis|nodemailer)/";

/** Who may not import whom. `values` leaves `import type` alone: a type has no behaviour to drag along. */
const no = (name, from, to, comment) => ({
  name,
  severity: "error",
  comment,
  from: typeof from === "string" ? { path: from, pathNot: TESTS } : { ...from, pathNot: [from.pathNot ?? [], TESTS].flat() },
  to,
});
const values = (to) => ({ ...to, dependencyTypesNot: ["type-only"] });

module.exports = {
  forbidden: [
    no("resolvable", SOURCES, { couldNotResolve: true }, "An import that leads nowhere."),
    no("no-circular", SOURCES, { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } }, "A cycle has no layer."),
    no(
      "domain-is-pure",
      "^server/domain/",
      { pathNot: ["^server/domain/", "^node_modules/zod/"] },
      "The same functions run live, simulated and backtested: no IO, no framework, not even types from outside.",
    ),
    no(
      "contracts-are-isomorphic",
      "^server/contracts/",
      { pathNot: ["^server/(contracts|domain)/", "^node_modules/zod(-openapi)?/"] },
      "Wire shapes run in the browser too.",
    ),
    no(
      "server-knows-no-shell",
      "^server/",
      { path: "^(app|components|workers|scripts|bench|tests)/" },
      "Shells use the server, never the other way round.",
    ),
    no(
      "adapters-know-no-use-case",
      ADAPTERS,
      values({ path: "^server/(usecases|api|gateway|auth|deps[.]ts)" }),
      "data, queue and channels offer functions; use cases put them together.",
    ),
    no(
      "data-is-alone-with-sql",
      "^server/data/",
      values({ path: "^server/(queue|channels)/" }),
      "One adapter does not reach into another.",
    ),
    no("queue-only-rings", "^server/queue/", values({ path: "^server/(data|channels)/" }), "One adapter does not reach into another."),
    no("channels-only-send", "^server/channels/", values({ path: "^server/(data|queue)/" }), "One adapter does not reach into another."),
    no(
      "config-is-a-root",
      "^server/(config|telemetry)/",
      { path: "^server/(?!config|telemetry)" },
      "Configuration and logs know nothing of the product.",
    ),
    no(
      "api-is-thin",
      { path: "^server/api/", pathNot: "^server/api/runtime[.]ts$" },
      values({ path: [ADAPTERS, DRIVERS, "^prisma/"] }),
      "Routers call use cases; runtime.ts alone wires them.",
    ),
    no(
      "usecases-take-deps",
      "^server/usecases/",
      values({ path: [ADAPTERS, DRIVERS, "^server/(api|gateway|deps[.]ts)", "^node_modules/(next|@trpc|fastify)/"] }),
      "Adapters arrive through Deps.",
    ),
    no(
      "prisma-only-in-data",
      { path: SOURCES, pathNot: ["^server/data/", "^scripts/(prisma-)?schema"] },
      { path: ["^node_modules/@prisma/", "^prisma/generated/"] },
      "Prisma's types stop at the data layer.",
    ),
    no(
      "prisma-loads-on-first-use",
      { path: SOURCES, pathNot: "^scripts/(prisma-)?schema" },
      values({ path: ["^node_modules/@prisma/", "^prisma/generated/"], dynamic: false }),
      "Gateway and workers share the data layer with the console and must not carry its query compiler.",
    ),
    no(
      "bullmq-only-in-queue",
      { path: SOURCES, pathNot: "^(server/queue|workers)/" },
      values({ path: "^node_modules/(bullmq|ioredis)/" }),
      "The queue is a doorbell behind one door.",
    ),
    no(
      "ui-imports",
      "^components/",
      values({ path: "^(server/(?!domain/|contracts/)|workers/|prisma/|app/|scripts/)" }),
      "What runs in the browser reaches the server through contracts.",
    ),
    no(
      "recharts-only-in-charts",
      { path: SOURCES, pathNot: "^components/charts/" },
      { path: "^node_modules/recharts/" },
      "One place draws charts.",
    ),
    no(
      "app-is-thin",
      "^app/",
      values({ path: "^(server/(data|queue|channels|gateway)|workers|prisma|scripts)/" }),
      "Pages render panels; route handlers and actions call use cases.",
    ),
    no(
      "workers-run-usecases",
      "^workers/",
      values({ path: ["^server/(data/(?!pool[.])|(channels|api|gateway)/)", "^(app|components)/"] }),
      "A worker parses a job and calls a use case.",
    ),
    no(
      "gateway-is-a-shell",
      "^server/gateway/",
      values({
        path: [
          "^server/(data/(?!pool[.])|queue/(?!connection[.]|doorbell[.])|(channels|api)/)",
          "^(app|components)/",
          "^node_modules/(next|react)/",
        ],
      }),
      "The data plane calls use cases and never drags the console along.",
    ),
    no(
      "widget-stands-alone",
      "^widget/",
      values({ path: ["^(app|components|workers|prisma)/", "^server/(?!contracts/)"] }),
      "One small file in other people's pages.",
    ),
    no(
      "no-cross-feature-ui",
      { path: "^components/([^/]+)/", pathNot: "^components/(app|canvas)/" },
      { path: "^components/([^/]+)/", pathNot: ["^components/$1/", "^components/(ui|charts|rpc|app|canvas|metrics)/"] },
      "Features share through ui/, charts/, metrics/, canvas/, rpc/ and the app's frame.",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^[.]next/", "^dist/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
