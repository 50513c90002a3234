import { runProgram } from "@spiediff/command-line";
import { runPredictor } from "./cli/run.ts";

await runProgram("predictor", runPredictor);
