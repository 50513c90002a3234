/** Macroscopic law dz/dt = -K f' on hat functions: operator, Runge-Kutta, invariants. @module */
export {};
