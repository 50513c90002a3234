/** Checks, benchmarks and studies are programs: run them, nobody imports them. @module */
export {};
