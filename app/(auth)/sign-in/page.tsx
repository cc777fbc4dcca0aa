import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { safeReturn } from "#components/auth/safe-return.ts";
import { SignInForm } from "#components/auth/sign-in-form.tsx";
import { requestContext } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ to?: string | string[]; joined?: string }> }) {
  const { to, joined } = await searchParams;
  const target = safeReturn(to);
  if ((await requestContext()).user !== null) redirect(target);
  return <SignInForm to={target} welcome={joined !== undefined} />;
}
