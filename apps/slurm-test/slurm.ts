import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { type Daemon, END_STEPS, startDaemon } from "./daemon.ts";
import { install, programPath, SLURM } from "./install.ts";

/** A running Slurm. */
export interface Slurm {
  /** What its commands need in their environment. */
  readonly env: { readonly SLURM_CONF: string };
  /** Runs one of its commands. @returns what it printed. */
  command(name: string, ...args: string[]): Promise<string>;
  /** Ends the controller; jobs go on. */
  stopController(): Promise<void>;
  startController(): Promise<void>;
  /** Cancels all jobs, ends the daemons and removes their folder. */
  stop(): Promise<void>;
}

export interface SlurmSettings {
  /** Cores that the node claims to have, whatever it has. */
  readonly cores?: number;
  /** Indices of arrays are below this. */
  readonly maxArraySize?: number;
}

/** Seconds that daemons get to come up on a busy machine. */
const PATIENCE = 60;

/**
 * Starts munge, the controller and one node on this machine, on ports of their own.
 *
 * @returns a sentence on why there is none, where Slurm cannot be installed or does not come up.
 */
export async function startSlurm(settings: SlurmSettings = {}): Promise<Slurm | string> {
  if (process.platform !== "linux") return "Slurm runs on Linux only.";
  const [unmet] = await install([SLURM]);
  if (unmet !== undefined) return unmet.reason;
  const folder = mkdtempSync(join(tmpdir(), "spiediff-slurm-"));
  for (const name of ["state", "spool"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "munge.key"), randomBytes(128), { mode: 0o400 });
  const conf = join(folder, "slurm.conf");
  writeFileSync(conf, configuration(folder, await freePort(), await freePort(), settings));
  const env = { ...process.env, SLURM_CONF: conf };
  const daemon = (name: string, ...args: string[]) =>
    startDaemon([programPath(name)!, ...args], join(folder, `${name}.out`), env);
  const file = (name: string) => join(folder, name);
  const munged = daemon(
    "munged",
    ...["--foreground", "--force", `--key-file=${file("munge.key")}`],
    ...[`--socket=${file("munge.socket")}`, `--pid-file=${file("munged.pid")}`],
    ...[`--log-file=${file("munged.log")}`, `--seed-file=${file("munge.seed")}`],
  );
  const controller = () => daemon("slurmctld", "-D", "-f", conf);
  let slurmctld: Daemon = controller();
  const slurmd = startDaemon(
    [programPath("slurmd")!, "-D", "-f", conf],
    join(folder, "slurmd.out"),
    env,
    END_STEPS,
  );
  const command = async (name: string, ...args: string[]) =>
    (await promisify(execFile)(programPath(name)!, args, { env })).stdout;
  const slurm: Slurm = {
    env: { SLURM_CONF: conf },
    command,
    stopController: () => slurmctld.stop(),
    startController() {
      slurmctld = controller();
      return Promise.resolve();
    },
    async stop() {
      await command("scancel", `--user=${userInfo().username}`).catch(() => {});
      for (let looks = 0; looks < 40; looks++) {
        if (await command("squeue", "--noheader").catch(() => "") === "") break;
        await pause(250);
      }
      for (const one of [slurmd, slurmctld, munged]) await one.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  for (let waited = 0; waited < 4 * PATIENCE; waited++) {
    const state = await command("sinfo", "--noheader", "--format=%T").catch(() => "");
    if (state.trim() === "idle") return slurm;
    await pause(250);
  }
  await slurm.stop();
  return `Slurm did not come up within ${PATIENCE} s.`;
}

function configuration(
  folder: string,
  controllerPort: number,
  nodePort: number,
  { cores = 8, maxArraySize = 1001 }: SlurmSettings,
): string {
  const user = userInfo().username;
  const host = hostname().split(".")[0];
  return [
    "ClusterName=spiediff",
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controllerPort}`,
    `SlurmdPort=${nodePort}`,
    // Listen on the loopback only.
    "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny",
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder}/munge.socket`,
    "CredType=cred/munge",
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd.log`,
    // No cgroups, no accounting: neither is there in a container.
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    "SlurmdParameters=config_overrides",
    "MpiDefault=none",
    "ReturnToService=2",
    "SchedulerParameters=sched_interval=1,batch_sched_delay=0",
    "KillWait=2",
    `MaxArraySize=${maxArraySize}`,
    "MaxJobCount=50000",
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cores} RealMemory=1000 State=UNKNOWN`,
    `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    "",
  ].join("\n");
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
