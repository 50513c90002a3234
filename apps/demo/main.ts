import process from "node:process";
import { runApplication } from "@spiediff/command-line";
import { demoApplication } from "./command.ts";

process.exitCode = await runApplication(demoApplication, process.argv.slice(2), process);
