/** Figures (SVG) and the self-contained HTML report. @module */
export {};
