import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { requestOrigin } from "#server/api/request.ts";
import { getRuntime } from "#server/api/runtime.ts";
import { authOptions } from "#server/auth/auth-options.ts";

async function handle(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  const { deps, env } = getRuntime();
  return NextAuth(request, context, authOptions({ deps, env, ...(await requestOrigin()) }));
}

export { handle as GET, handle as POST };
