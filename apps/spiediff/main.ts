import { runProgram } from "@spiediff/command-line";
import { runSpiediff } from "./mod.ts";

await runProgram("spiediff", runSpiediff);
