/** The one place that loads tfjs: tfjs-node when present, WASM otherwise. @module */
export {};
