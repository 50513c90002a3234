/** What leads where; addresses are those of `pageAt`. */
const link = (text: string, link: string) => ({ text, link });

/** The reference and the live page are no pages of the generator's. */
const outside = (text: string, link: string) => ({ text, link, target: "_self" });

export const NAVIGATION = [
  link("Tutorial", "/tutorial"),
  link("Theory", "/theory"),
  link("Gallery", "/gallery"),
  link("Live", "/live"),
  outside("API", "/api/index.html"),
];

export const SIDEBAR = [
  {
    text: "Start",
    items: [
      link("Tutorial", "/tutorial"),
      link("Use the law", "/use-the-law"),
      link("Your own data", "/bring-your-own-data"),
      link("Predictor", "/predictor"),
      link("Live demonstration", "/live"),
      link("Many machines", "/many-machines"),
    ],
  },
  {
    text: "Understand",
    items: [
      link("Theory", "/theory"),
      link("Conventions", "/conventions"),
      link("Glossary", "/glossary"),
      link("Gallery of systems", "/gallery"),
      link("Validation", "/validation"),
      link("Robustness", "/robustness"),
      link("Performance", "/performance"),
    ],
  },
  {
    text: "Look up",
    items: [
      outside("API reference", "/api/index.html"),
      link("Formats", "/formats"),
      link("Architecture", "/architecture"),
      link("Extending", "/extending"),
      link("Decisions", "/decisions/"),
      link("Dependencies", "/dependencies"),
      link("Contributing", "/contributing"),
      link("Changelog", "/changelog"),
    ],
  },
];
