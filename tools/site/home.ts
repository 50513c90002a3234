/** Front matter of the first page; the README's text stands below it. */
const HERO = `---
layout: home
hero:
  name: spiediff
  text: The law behind the particles
  tagline: Learns the macroscopic law of a particle system from short simulations, and says how sure it is.
  actions:
    - { theme: brand, text: Tutorial, link: /tutorial }
    - { theme: alt, text: See it live, link: /live }
    - { theme: alt, text: Theory, link: /theory }
---
`;

/** The first page: the README without its heading. */
export const homePage = (readme: string): string => HERO + readme.replace(/^# .*\n/, "\n");

/** The page around the browser predictor, which is built beside it. */
export const LIVE_PAGE = `---
aside: false
---

# Live demonstration

The predictor with the model of \`test-data/lrm-quick-model\` (L = 40, βJ₀ = 1), in this page: nothing is
sent anywhere. [It alone, in the whole window](./live-page/index.html){target="_self"}.

<iframe class="live" src="live-page/index.html" title="Draw a profile, watch it relax"></iframe>
`;
