/** Epinets: epistemic index, prior network, distillation. @module */
export {};
