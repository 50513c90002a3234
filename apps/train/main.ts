import process from "node:process";
import { runApplication } from "@spiediff/command-line";
import { trainApplication } from "./command.ts";

process.exitCode = await runApplication(trainApplication, process.argv.slice(2), process);
