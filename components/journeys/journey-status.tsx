import { Badge } from "#components/ui/badge.tsx";

/** Live, suspended or not yet live, and whether a new version is on the way. */
export function JourneyStatus({
  liveVersion,
  draft,
  suspendedReason,
}: {
  liveVersion: number | null;
  draft: boolean;
  suspendedReason: string | null;
}) {
  return (
    <span className="flex flex-wrap gap-1">
      {suspendedReason !== null ? (
        <Badge tone="bad" title={suspendedReason}>
          suspended
        </Badge>
      ) : liveVersion === null ? (
        <Badge>not live</Badge>
      ) : (
        <Badge tone="good">live, v{liveVersion}</Badge>
      )}
      {draft && <Badge>draft</Badge>}
    </span>
  );
}
