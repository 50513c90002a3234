import type { CommandContext } from "@stricli/core";
import { secondsText } from "@spiediff/command-line";
import { type Installed, installed } from "../doctor/installed.ts";
import { type Speed, speed } from "../doctor/speed.ts";

export interface DoctorFlags {
  readonly quick: boolean;
  readonly json: boolean;
}

const line = (name: string, value: string) => `${name.padEnd(30)} ${value}\n`;

/** Does what `doctor` asks for. */
export async function runDoctor(this: CommandContext, flags: DoctorFlags): Promise<void> {
  const found = await installed();
  const measured = flags.quick ? null : await speed(found.cores, found.particles);
  this.process.stdout.write(
    flags.json
      ? JSON.stringify({ ...found, speed: measured }) + "\n"
      : installedText(found) + (measured ? speedText(measured) : ""),
  );
}

function installedText(found: Installed): string {
  const { commit, training, particles } = found;
  return [
    line("spiediff", found.spiediff + (commit ? ` (${commit.slice(0, 12)})` : "")),
    line("runtime", `${found.runtime}, ${found.platform}`),
    found.installHint === null ? "" : line("", found.installHint),
    line("processor", `${found.processor}, ${found.cores} cores`),
    line("memory", `${found.memoryGB} GB, ${found.freeMemoryGB} GB free`),
    line("training", `${training.steps} for steps, tfjs ${training.tensors} for the rest`),
    line("", training.reason),
    line("particles", `${particles.engine} engine; ${particles.advice}`),
    line("C compiler", particles.compiler ?? "none"),
    ...Object.entries(found.packages).map(([name, version]) =>
      line(name, version ?? "not installed")
    ),
  ].join("");
}

function speedText(measured: Speed): string {
  const { membersPerSecond, lrmSeconds } = measured;
  const perSecond = (value: number, what: string) => `${Math.round(value)} ${what} per second`;
  return [
    ...Object.entries(measured.realizationsPerSecond).map(([engine, rate]) =>
      line(`simulate, one thread, ${engine}`, perSecond(rate, "realizations (lrm)"))
    ),
    line("train mobility", perSecond(measured.trainingStepsPerSecond, "steps")),
    line("train free energy", perSecond(measured.freeEnergyStepsPerSecond, "steps")),
    membersPerSecond === null
      ? ""
      : line("predict to t = 0.02", perSecond(membersPerSecond, "members")),
    line(
      "preset lrm would take",
      `about ${secondsText(lrmSeconds.simulate)} to simulate, ${
        secondsText(lrmSeconds.train)
      } to train`,
    ),
  ].join("");
}
