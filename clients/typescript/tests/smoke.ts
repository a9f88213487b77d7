/** Does everything in Node with the service at OGROM_URL, by the token OGROM_TOKEN of user 1; prints what was called. */

import { everything } from "./everything.js";

const called = await everything(process.env.OGROM_URL ?? "", process.env.OGROM_TOKEN ?? "", 1);
console.log(called.join("\n"));
