import * as z from "zod";
import { auditInput, auditOutput, auditVerificationSchema } from "../../contracts/console/audit.ts";
import { listAuditKinds, readAudit, verifyTrail } from "../../usecases/console/read-audit.ts";
import { procedureWith, router } from "../trpc.ts";

export const auditRouter = router({
  list: procedureWith("audit.read")
    .input(auditInput)
    .output(auditOutput)
    .query(({ ctx, input }) => readAudit(ctx.deps, input)),
  kinds: procedureWith("audit.read")
    .output(z.array(z.string()))
    .query(({ ctx }) => listAuditKinds(ctx.deps)),
  verify: procedureWith("audit.read")
    .output(auditVerificationSchema)
    .mutation(({ ctx }) => verifyTrail(ctx.deps)),
});
