import type { HandoffTask } from "../domain/journeys/stimulus.ts";
import type { Sql } from "./pool.ts";

/** Work for people; the same step never makes two tasks. */
export async function insertTasks(tx: Sql, tasks: readonly { id: string; customerId: string; task: HandoffTask }[]): Promise<void> {
  if (tasks.length === 0) return;
  await tx.query(
    `INSERT INTO task (id, kind, customer_id, enrollment_id, queue, priority, title, context, created_at, due_at, step_key)
     SELECT id, kind, customer_id, enrollment_id, queue, priority, title, context, created_at, due_at, step_key
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, kind text, customer_id uuid, enrollment_id uuid, queue text, priority int, title text,
       context jsonb, created_at timestamptz, due_at timestamptz, step_key text)
     ON CONFLICT (step_key) DO NOTHING`,
    [
      JSON.stringify(
        tasks.map(({ id, customerId, task }) => ({
          id,
          kind: task.kind,
          customer_id: customerId,
          enrollment_id: task.enrollmentId,
          queue: task.queue,
          priority: task.priority,
          title: task.title,
          context: { journeyKey: task.journeyKey, journeyVersion: task.journeyVersion, nodeId: task.nodeId },
          created_at: new Date(task.createdAt),
          due_at: new Date(task.dueAt),
          step_key: task.stepKey,
        })),
      ),
    ],
  );
}
