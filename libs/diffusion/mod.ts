/** Noise schedules and samplers (DDPM, DDIM): no training code. @module */
export { ddimSteps, ddpmSteps } from "./ddim.ts";
export { LATENT_TERMS, latentPolynomials } from "./latent_polynomials.ts";
export { DEFAULT_SCHEDULE, noiseSchedule, signalAndNoise } from "./noise_schedule.ts";
export { sampleInPlace } from "./sample.ts";
export { trailingTimesteps } from "./timesteps.ts";
export type { Denoiser, NoiseSchedule, NoiseScheduleSpec, ReverseStep } from "./types.ts";
