import process from "node:process";
import { runSpiediff } from "./mod.ts";

process.exitCode = await runSpiediff(process.argv.slice(2), process);
