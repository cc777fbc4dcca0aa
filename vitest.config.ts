import { defineConfig } from "vitest/config";

const everywhere = ["**/node_modules/**", "**/dist/**", "**/.next/**", "**/.data/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "domain",
          include: ["server/domain/**/*.test.ts"],
          exclude: everywhere,
          setupFiles: ["tests/setup/forbid-nondeterminism.ts"],
        },
      },
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...everywhere, "server/domain/**", "tests/integration/**", "tests/system/**", "tests/e2e/**"],
          setupFiles: ["tests/setup/seed-properties.ts"],
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          exclude: everywhere,
          globalSetup: ["tests/setup/database-server.ts"],
          setupFiles: ["tests/setup/seed-properties.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // the whole product, built and started; after the others, so that it has the machine to itself
        test: {
          name: "system",
          include: ["tests/system/**/*.test.ts"],
          exclude: everywhere,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
