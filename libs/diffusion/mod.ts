/** Noise schedules and samplers (DDPM, DDIM): no training code. @module */
export {};
