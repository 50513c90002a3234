/** The one command over all stages. @module */
export { runSpiediff } from "./application.ts";
