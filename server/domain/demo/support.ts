import type { CaseSubject } from "./agenda.ts";
import { episodeOf } from "./checkout.ts";
import { between, choose } from "./draws.ts";
import type { Scene } from "./world.ts";

const DAY = 86_400_000;

function openCase(scene: Scene, subject: CaseSubject): void {
  const { model, resident, at } = scene;
  resident.counts.cases += 1;
  const caseId = `case-${resident.person.userId.slice("demo-".length)}-${resident.counts.cases}`;
  const u = (name: string) => scene.chance("case", caseId, name);
  const channel = choose(u("channel"), [
    ["email", 5],
    ["chat", 3],
    ["phone", 2],
  ]);
  const priority = resident.person.plan === "gold" ? "high" : "normal";
  const properties = { case_id: caseId, channel, type: subject.type, issue: subject.issue, priority };
  scene.tell({ type: "track", name: "Case Opened", properties });
  const solvedMs = between(u("solved"), model.cases.solvedMs.from, model.cases.solvedMs.to);
  scene.plan(at + solvedMs, { kind: "solve", caseId, subject, openedAt: at });
}

export function askAboutCheckout(scene: Scene, { checkout, since }: { checkout: number; since: number }): void {
  const episode = episodeOf(scene, checkout);
  if (scene.ask("ask_about_checkout", episode, since)) {
    openCase(scene, { type: "checkout", issue: episode, lateSince: null, isRepeat: false });
  }
}

/** Where is my parcel? Nobody asks about an order that was cancelled. */
export function askAboutDelay(scene: Scene, { orderId, since }: { orderId: string; since: number }): void {
  if (scene.resident.openOrders[orderId] === undefined) return;
  if (scene.ask("ask_about_delay", `order-${orderId}`, since)) {
    openCase(scene, { type: "delivery", issue: `delivery-${orderId}`, lateSince: since, isRepeat: false });
  }
}

export function askUnforeseen(scene: Scene, orderId: string): void {
  const type = choose(scene.chance("unforeseen", orderId), [
    ["product", 5],
    ["damage", 3],
    ["invoice", 2],
  ]);
  openCase(scene, { type, issue: `${type}-${orderId}`, lateSince: null, isRepeat: false });
}

/** The case is closed; some days later it may turn out that it was not solved. */
export function solveCase(scene: Scene, { caseId, subject, openedAt }: { caseId: string; subject: CaseSubject; openedAt: number }): void {
  const { model, at } = scene;
  const properties = {
    case_id: caseId,
    type: subject.type,
    issue: subject.issue,
    made_sla: at - openedAt <= model.cases.promisedMs,
  };
  scene.tell({ type: "track", name: "Case Resolved", properties });
  if (subject.isRepeat) return;
  scene.plan(at + between(scene.chance("case", caseId, "again"), 0.5, 6) * DAY, { kind: "ask_again", caseId, subject });
}

export function askAgain(scene: Scene, { caseId, subject }: { caseId: string; subject: CaseSubject }): void {
  const asks =
    subject.lateSince === null
      ? scene.chance("case", caseId, "asks again") < scene.model.cases.askedAgain
      : scene.ask("ask_again_about_delay", caseId, subject.lateSince);
  if (asks) openCase(scene, { ...subject, isRepeat: true });
}
