/** Writes the version of package.json into src/version.ts; npm runs it when it raises the version. */
import { readFile, writeFile } from "node:fs/promises";

const { version } = JSON.parse(await readFile("package.json", "utf8"));
const about = "/** The version of this client, which is that of package.json. */";
await writeFile("src/version.ts", `${about}\nexport const VERSION: string = ${JSON.stringify(version)};\n`);
