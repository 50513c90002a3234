/** The experiment configuration: schema, defaults, presets, profiles. @module */
export {};
