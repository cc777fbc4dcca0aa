/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` type-checks the whole tree; the first start on a fresh clone must not wait for it again
  typescript: { ignoreBuildErrors: true },
  // these load native code or find their own files at run time
  serverExternalPackages: ["@prisma/adapter-pg", "@node-rs/argon2", "bullmq", "ioredis", "pg", "pino"],
  devIndicators: false,
};

export default config;
