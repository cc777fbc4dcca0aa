import type { FastifyInstance } from "fastify";
import { reportCase, reportOrder } from "#server/contracts/public-api/writes.ts";
import type { Deps } from "#server/deps.ts";
import type { EventIntake } from "#server/usecases/ingest/event-intake.ts";
import { reportFact } from "#server/usecases/public-api/report-fact.ts";
import { type ApiParts, serve } from "../api-route.ts";

const caseEvents = { opened: "Case Opened", resolved: "Case Resolved", reopened: "Case Reopened" } as const;
const orderEvents = {
  completed: "Order Completed",
  updated: "Order Updated",
  cancelled: "Order Cancelled",
  refunded: "Order Refunded",
} as const;

export function registerFacts(app: FastifyInstance, deps: Deps, parts: ApiParts & { intake: EventIntake }): void {
  serve(app, deps, parts, reportCase, ({ body, grant }) =>
    reportFact(deps, parts.intake, grant.source, {
      userId: body.userId,
      event: caseEvents[body.change],
      subjectId: body.caseId,
      once: body.change === "opened",
      at: body.at ?? null,
      properties: {
        case_id: body.caseId,
        channel: body.channel,
        type: body.type,
        issue: body.issue,
        priority: body.priority,
        made_sla: body.madeSla,
      },
    }),
  );
  serve(app, deps, parts, reportOrder, ({ body, grant }) =>
    reportFact(deps, parts.intake, grant.source, {
      userId: body.userId,
      event: orderEvents[body.change],
      subjectId: body.orderId,
      once: body.change === "completed" || body.change === "cancelled",
      at: body.at ?? null,
      properties: { order_id: body.orderId, total: body.total, currency: body.currency.toUpperCase(), products: body.products },
    }),
  );
}
