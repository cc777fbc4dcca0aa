import { Skeleton, SkeletonRows } from "#components/ui/states.tsx";

export default function ConsoleLoading() {
  return (
    <>
      <Skeleton className="mb-6 h-7 w-48" />
      <SkeletonRows />
    </>
  );
}
