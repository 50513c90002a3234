/** Worker thread of ensembles of the Arrhenius process. */
import { answerTasks } from "@spiediff/ensemble";
import { arrheniusSource } from "./source.ts";

answerTasks(arrheniusSource);
