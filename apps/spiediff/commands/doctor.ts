import { buildCommand } from "@stricli/core";
import { secondsText } from "@spiediff/command-line";
import { type Installed, installed } from "../doctor/installed.ts";
import { type Speed, speed } from "../doctor/speed.ts";

interface DoctorFlags {
  readonly quick: boolean;
  readonly json: boolean;
}

/** `doctor`: what is installed and how fast this machine is. */
export const doctorCommand = buildCommand<DoctorFlags, []>({
  docs: {
    brief: "Say what is installed, what runs the training, and how fast this machine is",
    fullDescription: [
      "Measures each stage for a moment on the real thing, a few seconds in all. Attach the output",
      "to a bug report.",
      "",
      "EXAMPLES",
      "  spiediff doctor",
      "  spiediff doctor --quick",
      "  spiediff doctor --json > machine.json",
    ].join("\n"),
  },
  parameters: {
    flags: {
      quick: { kind: "boolean", brief: "Look only, measure nothing", default: false },
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  async func(flags) {
    const found = await installed();
    const measured = flags.quick ? null : await speed(found.cores, found.particles);
    this.process.stdout.write(
      flags.json
        ? JSON.stringify({ ...found, speed: measured }) + "\n"
        : installedText(found) + (measured ? speedText(measured) : ""),
    );
  },
});

const line = (name: string, value: string) => `${name.padEnd(30)} ${value}\n`;

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
