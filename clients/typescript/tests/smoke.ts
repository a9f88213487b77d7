/** Does everything in Node with the service at OGROM_URL, by the token OGROM_TOKEN of user 1. */

import { everything } from "./everything.js";

const missed = await everything(process.env.OGROM_URL ?? "", process.env.OGROM_TOKEN ?? "", 1);
if (missed.length) throw new Error(`not called: ${missed.join(", ")}`);
console.log("every operation was called");
