/** The version of this client, which is that of package.json. */
export const VERSION: string = "1.1.0";
