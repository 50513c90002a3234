import { cssVariables } from "./theme.ts";

/** The page's style sheet: light by default, dark on request of the reader's system, print in light. */
export const STYLE = `
:root{color-scheme:light dark;${cssVariables("light")}}
@media screen and (prefers-color-scheme:dark){:root{${cssVariables("dark")}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif}
main{max-width:1460px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.6rem 0 .4rem;padding-top:.9rem;border-top:1px solid var(--rule)}
p{max-width:76ch;margin:.5rem 0;overflow-wrap:anywhere}
.lede{color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:1.2rem 0}
.tile{background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:12px 14px}
.tile b{display:block;font-size:1.45rem;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.84rem;line-height:1.35;display:block}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));gap:28px 32px;
align-items:start;margin-top:1rem}
figure{margin:0;min-width:0}
figure h3{font-size:1rem;font-weight:600;margin:0 0 .45rem}
/* What scrolls sideways has a shadow at the edge beyond which there is more. */
.frame,.table{overflow-x:auto;background:
linear-gradient(90deg,var(--paper) 14px,transparent 34px) local 0 0/34px 100%,
linear-gradient(270deg,var(--paper) 14px,transparent 34px) local 100% 0/34px 100%,
linear-gradient(90deg,var(--rule),transparent) scroll 0 0/12px 100%,
linear-gradient(270deg,var(--rule),transparent) scroll 100% 0/12px 100%;background-repeat:no-repeat}
figure svg.figure{display:block;width:100%;height:auto;color:var(--ink)}
figure svg.narrow{display:none}
figcaption{font-size:.9rem;color:var(--soft);margin-top:.3rem;max-width:72ch;overflow-wrap:anywhere}
figcaption a{color:var(--learned);white-space:nowrap}
.table{margin:.8rem 0}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 18px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top}
td:first-child{min-width:10rem}@media (min-width:900px){td:first-child{min-width:19rem}}
td:nth-child(5){min-width:18rem}
th{font-weight:600;color:var(--soft)}
th.number,td.number{text-align:right;white-space:nowrap}
.good{color:var(--good);white-space:nowrap}.bad{color:var(--bad);font-weight:600;white-space:nowrap}
.warnings{border-left:4px solid var(--bad);background:var(--panel);padding:10px 16px;margin:1rem 0;border-radius:0 8px 8px 0}
.warnings ul{margin:.3rem 0;padding-left:1.2rem;overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:12px 14px;overflow:auto;
font-size:.82rem;line-height:1.45;max-height:32rem}
code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.92em;overflow-wrap:anywhere}
pre code{overflow-wrap:normal}
summary{cursor:pointer;color:var(--soft)}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
@media screen and (max-width:560px){main{padding:18px 14px 48px}h1{font-size:1.4rem}
figure svg.wide{display:none}figure svg.narrow{display:block}
table,tbody,tr,td,th.number,td.number{display:block;text-align:left;white-space:normal;padding:1px 0;border:0}
thead{display:none}tr{border-bottom:1px solid var(--rule);padding:6px 0}
td:first-child{font-weight:600}td:first-child,td:nth-child(5){min-width:0}
td:not(:first-child)::before{content:attr(data-column) ": ";color:var(--soft);font-weight:400}}
@media print{
@page{margin:14mm}
body{font-size:10.5pt}
main{max-width:none;padding:0}
.figures{display:block}
figure{break-inside:avoid;margin:0 0 6mm;max-width:135mm}
h2{break-after:avoid}
.downloads{display:none}
pre{max-height:none;white-space:pre-wrap;font-size:8pt}
h1{font-size:16pt}h2{font-size:12pt;margin:7mm 0 2mm}figure h3{font-size:10.5pt}figcaption{font-size:9pt}
.frame,.table{overflow:visible;background:none}table{font-size:8.5pt;width:100%}
th,td{padding:1mm 3mm 1mm 0}td:first-child,td:nth-child(5){min-width:0}
th.number{white-space:normal}
.tiles{grid-template-columns:repeat(5,1fr);gap:2mm}.tile{padding:2mm}.tile b{font-size:12pt}.tile span{font-size:8pt}
.tile,.warnings,tr{break-inside:avoid}
}
`.trim();
