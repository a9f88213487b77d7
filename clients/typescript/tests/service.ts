/** A service that answers as a test says, and remembers what it was asked. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly content: string;
}

/** Answers a request, the first being number 0. */
export type Answering = (response: ServerResponse, number: number, asked: Asked) => void;

/** Start one that ends with the test; its URL, and what it was asked. */
export async function serve(test: TestContext, answer: Answering): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let content = "";
    for await (const part of request) content += part;
    asked.push({
      method: request.method ?? "",
      target: request.url ?? "",
      headers: request.headers,
      content,
    });
    answer(response, asked.length - 1, asked[asked.length - 1] as Asked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Answer with JSON. */
export function json(response: ServerResponse, content: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(content));
}

/** Refuse with a problem. */
export function refuse(
  response: ServerResponse,
  status: number,
  type: string,
  headers: Record<string, string> = {},
  more: Record<string, unknown> = {},
): void {
  response
    .writeHead(status, { "Content-Type": "application/problem+json", ...headers })
    .end(JSON.stringify({ type, title: "No", status, ...more }));
}
