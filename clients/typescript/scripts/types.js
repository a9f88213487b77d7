/**
 * Writes the types and operations of a contract: `node scripts/types.js [CONTRACT [FOLDER]]`.
 *
 * Of the one that package.json names, and into src, where nothing else is said.
 */
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const beside = (path) => new URL(path, import.meta.url);
const named = JSON.parse(await readFile(beside("../package.json"), "utf8")).contract;
const [, , file = beside(`../../../contracts/${named}.json`), folder = beside("../src").pathname] =
  process.argv;
const contract = JSON.parse(await readFile(file, "utf8"));
const HEAD = `// Made from contracts/${named}.json by \`npm run types\`.\n`;

const listed = all((_, operation) =>
  Object.values(operation.responses).flatMap((each) => each["x-problem-types"] ?? []),
);
const problems = [...new Set(listed.flat())].sort().map((each) => `\n  | ${JSON.stringify(each)}`);

const operations = all((method, operation, path, shared) => {
  const parameters = [...shared, ...(operation.parameters ?? [])].map(resolved);
  for (const { name, in: place } of parameters) {
    // The client tells by the name where a parameter goes.
    if (/^[A-Z]/.test(name) !== (place === "header") || name === "body") {
      throw new Error(
        `${operation.operationId}: ${name} in ${place} would go elsewhere; see src/operation.ts`,
      );
    }
  }
  if (operation.requestBody && !operation.requestBody.content["application/json"]) {
    throw new Error(`${operation.operationId} takes no JSON; teach src/ogrom.ts what it takes`);
  }
  const said = { method: method.toUpperCase(), path };
  if (operation.security?.some((each) => Object.keys(each).length)) said.secured = true;
  if (parameters.some(({ name }) => name === "Idempotency-Key")) said.keyed = true;
  const name = operation.operationId.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  const about = `${said.method} ${path}${operation.deprecated ? "\n * @deprecated" : ""}`;
  return `/** ${about} */\nexport const ${name}: Operation<operations["${operation.operationId}"]> = ${literal(said)};\n`;
});
const imports = `import type { operations } from "./contract.js";\nimport type { Operation } from "./operation.js";\n`;
await writeFile(`${folder}/operations.ts`, `${HEAD}${imports}\n${operations.join("\n")}`);

const types = await openapiTS(JSON.stringify(withoutRefusals()), {
  alphabetize: true,
  defaultNonNullable: false,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});
const union = `/** The types of problems that the contract lists. */\nexport type KnownProblemType =${problems.join("")};\n`;
await writeFile(`${folder}/contract.ts`, `${HEAD}${astToString(types)}\n${union}`);

/** What `each` makes of every operation, in the order of paths. */
function all(each) {
  return Object.entries(contract.paths).flatMap(([path, { parameters = [], ...methods }]) =>
    Object.entries(methods).map(([method, operation]) => each(method, operation, path, parameters)),
  );
}

/** The contract with what a call returns only: a refusal is an error, and content is JSON. */
function withoutRefusals() {
  const { headers, ...components } = structuredClone(contract.components);
  const paths = structuredClone(contract.paths);
  for (const operation of Object.values(paths).flatMap(Object.values)) {
    for (const [status, response] of Object.entries(operation.responses)) {
      delete response.headers;
      if (response.content) response.content = { "application/json": response.content["application/json"] };
      if (!status.startsWith("2")) delete operation.responses[status];
    }
  }
  return { ...contract, components, paths };
}

/** The parameter itself, in place of a reference to it. */
function resolved(parameter) {
  const name = parameter.$ref?.split("/").at(-1);
  return name ? contract.components.parameters[name] : parameter;
}

/** An object as one writes it. */
function literal(object) {
  const members = Object.entries(object).map(([name, value]) => `\n  ${name}: ${JSON.stringify(value)},`);
  return `{${members.join("")}\n}`;
}
