/** The main job end to end: particles to a prediction with bands and a report. @module */
export {};
