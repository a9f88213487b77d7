/** Prints how large the client is in an application's bundle: minified, and gzipped. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What an application imports, and how many bytes of gzip it may cost at most. */
const BOUNDS = [
  ['export { Ogrom } from "@ogrom/client"', 4480],
  ['export { Ogrom, getProduct } from "@ogrom/client"', 4544],
  ['export { batch, getProduct, Ogrom, reference, request } from "@ogrom/client"', 5248],
  ['export * from "@ogrom/client"', 5760],
];

for (const [contents, bound] of BOUNDS) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: "." },
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    write: false,
  });
  const bytes = outputFiles[0].contents;
  const packed = gzipSync(bytes, { level: 9 }).length;
  console.log(`${String(packed).padStart(5)} of ${bound} bytes (${bytes.length} before gzip): ${contents}`);
  if (packed > bound) process.exitCode = 1;
}
