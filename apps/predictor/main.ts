import process from "node:process";
import { runPredictor } from "./cli/run.ts";

process.exitCode = await runPredictor(process.argv.slice(2), process);
