/** The client of Ogrom's API. */

export type { BatchAnswer, Requested } from "./batch.js";
export { batch, reference, request } from "./batch.js";
export type * from "./contract.js";
export type { TokenSource } from "./credentials.js";
export type { Answer, CallOptions, OgromOptions } from "./ogrom.js";
export { Ogrom } from "./ogrom.js";
export type { Data, Item, Operation, Parameters, Reference } from "./operation.js";
export * from "./operations.js";
export type { Page } from "./pages.js";
export type { ProblemType } from "./problem.js";
export { DeadlineError, NoAnswerError, OgromError, RefusedError } from "./problem.js";
export { VERSION } from "./version.js";
