/** Closed-form mobilities and free energies that the learned ones are held against. @module */
export {};
