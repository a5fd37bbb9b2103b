/** One sheet for screens of any width, light and dark, and for paper: dark is for screens alone. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfbf9;--card:#fff;--ink:#1b1e22;--muted:#5c636c;--rule:#dfe0dc;--grid:#ebebe7;--s0:#0b7285;--s1:#b35900;--s2:#7b3fa0;--s3:#4d6b2f;--s4:#a03558;--slower:#b4471f;--better:#17713f;--label:11.5px}
@media screen and (prefers-color-scheme:dark){:root{--paper:#121417;--card:#191c20;--ink:#e9eaeb;--muted:#9ba3ad;--rule:#2d3138;--grid:#24282d;--s0:#4cc3d3;--s1:#f2a04c;--s2:#c99df3;--s3:#9fc774;--s4:#f08bab;--slower:#f0875e;--better:#63c58d}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%;scroll-padding-top:4rem}
body{margin:0 auto;max-width:76rem;padding:0 1.25rem 4rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.side-0{--c:var(--s0)}.side-1{--c:var(--s1)}.side-2{--c:var(--s2)}.side-3{--c:var(--s3)}.side-4{--c:var(--s4)}[class*=side-]{--c2:var(--c,var(--muted))}
header{padding:3.5rem 0 1.5rem}
.eyebrow{margin:0;color:var(--s0);font-weight:600;font-size:.875rem;letter-spacing:.02em}
h1{margin:.25rem 0 .75rem;font-size:clamp(1.9rem,5.2vw,3.25rem);line-height:1.1;letter-spacing:-.025em;font-weight:700;text-wrap:balance}
h1 em{font-style:normal;color:var(--s0)}
.lede{margin:0;font-size:1.125rem;max-width:48rem;text-wrap:pretty}
.machine{margin:.5rem 0 0;color:var(--muted);font-size:.9375rem;text-wrap:pretty}
h2{margin:0 0 .25rem;font-size:1.375rem;letter-spacing:-.012em;line-height:1.25}
section,footer{padding-top:3.25rem}
.note{margin:0 0 1.25rem;color:var(--muted);max-width:44rem;font-size:.9375rem;text-wrap:pretty}
.note strong{color:var(--slower);font-weight:600}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:1.5rem 2.5rem;margin:2rem 0 0;padding-top:1.5rem;border-top:1px solid var(--rule)}
.figures div{display:grid;align-content:start}
.figures dt{order:1;font-weight:600}
.figures dd{margin:0}
.figures .value{font-size:2.25rem;line-height:1.15;font-weight:650;letter-spacing:-.02em}
.figures .detail{order:2;color:var(--muted);font-size:.875rem}
nav{position:sticky;top:0;z-index:3;display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.25rem;margin:0 -1.25rem;padding:.6rem 1.25rem;background:var(--paper);border-bottom:1px solid var(--rule);font-size:.9375rem}
nav a{color:var(--muted);text-decoration:none}
nav a:hover{color:var(--ink);text-decoration:underline;text-underline-offset:.25em}
nav label{margin-left:auto}
input,select{font:inherit;font-size:.9375rem;color:inherit;background:var(--card);border:1px solid var(--rule);border-radius:6px;padding:.3rem .6rem}
nav input{width:13rem;max-width:100%}
:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,31rem),1fr));gap:2rem 3rem}
figure{margin:0;min-width:0}
figcaption{margin:0 0 .6rem;font-size:.9375rem}
small{color:var(--muted);font-size:.8125rem}
ul{list-style:none;margin:0;padding:0}
.strips li{display:grid;grid-template-columns:minmax(0,13.5rem) minmax(0,1fr);column-gap:.9rem;align-items:center;break-inside:avoid}
.strips li:has(.text){grid-template-columns:minmax(0,11.5rem) minmax(0,1fr) 8.5rem}
.strips:has(.text) .axis{grid-template-columns:minmax(0,11.5rem) minmax(0,1fr) 8.5rem}
.strips .name{font-size:.8125rem;line-height:1.25;overflow-wrap:anywhere}
.strips li:hover:not(.axis){background:color-mix(in srgb,var(--grid) 45%,transparent)}
.text{display:grid;font-size:.8125rem}
.lane{line-height:22px;text-align:right;white-space:nowrap;color:var(--c2)}
svg{display:block;overflow:visible}
.strip,.chart{width:100%}
.inner{overflow:hidden}
svg text{font-size:var(--label);fill:var(--muted)}
svg text.value{font-size:12.5px;font-weight:600;fill:var(--ink)}
svg .beyond{fill:var(--c2);font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px}
.grid{stroke:var(--grid);shape-rendering:crispEdges}
.one{stroke:var(--ink);stroke-opacity:.55;shape-rendering:crispEdges}
.bar{fill:var(--c2)}.bar.slower{fill:var(--slower)}.bar.open{fill-opacity:.4}
.whisker{stroke:var(--ink);stroke-opacity:.6}
.violin{fill:var(--c2);fill-opacity:.28;stroke:var(--c2);stroke-width:1;vector-effect:non-scaling-stroke}
.box,.dot{fill:var(--c2)}.dot{fill-opacity:.6}
.median{stroke:var(--c2);stroke-width:2}
.plot{padding:22px 6px 40px 46px}
.under{fill:var(--s0);fill-opacity:.05}
.roof{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-opacity:.7;vector-effect:non-scaling-stroke}
.mark circle{fill:var(--c2);stroke:var(--paper);stroke-width:1}
.mark circle.hollow{fill:var(--paper);stroke:var(--c2);stroke-width:1.75}
.mark:hover circle{stroke:var(--ink);stroke-width:2}
.legend{display:inline-flex;flex-wrap:wrap;gap:0 .9rem;margin-left:.75rem;color:var(--muted);font-size:.875rem}
i{display:inline-block;width:.6em;height:.6em;border-radius:50%;margin-right:.4em;background:var(--c2)}
.legend :not(.side-0)>i,td:not(.side-0)>i{background:none;border:2px solid var(--c2)}
.history{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr));gap:1.75rem 2rem}
.history li{break-inside:avoid;border-top:1px solid var(--rule);padding-top:.6rem;min-width:0}
.history p{margin:0}
.history .name{font-size:.875rem;font-weight:600;line-height:1.3;overflow-wrap:anywhere}.history .name small{display:block;font-weight:400}
.now{font-size:.875rem}.better{color:var(--better)}.worse{color:var(--slower)}.same{color:var(--muted)}
.band{fill:var(--c2);fill-opacity:.18}
.trend{fill:none;stroke:var(--c2);stroke-width:1.75;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.controls{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;align-items:center;margin:.75rem 0;font-size:.9375rem;color:var(--muted)}
.scroll{overflow-x:auto;border:1px solid var(--rule);border-radius:8px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{padding:.4rem .7rem;text-align:left;white-space:nowrap;border-bottom:1px solid var(--grid)}
tbody tr:last-child>*{border-bottom:0}
tbody th{font-weight:500;position:sticky;left:0;background:var(--card)}
thead th{color:var(--muted);font-weight:600;border-bottom-color:var(--rule)}
thead button{all:unset;cursor:pointer;position:relative}thead button:hover{color:var(--ink)}thead button:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
thead button::after{position:absolute;left:100%;padding-left:.1em}
[aria-sort=ascending] button::after{content:"↑"}[aria-sort=descending] button::after{content:"↓"}
[aria-sort]{color:var(--ink)}
.number{text-align:right}
.failed{color:var(--slower);white-space:normal}
tbody tr:hover>*{background:color-mix(in srgb,var(--grid) 60%,var(--card))}
.meter{display:inline-block;min-width:4.25rem;padding:0 .4rem;border-radius:3px;background:linear-gradient(90deg,color-mix(in srgb,var(--s0) 24%,transparent) var(--share),var(--grid) var(--share))}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.75rem 2.5rem;margin:.75rem 0 0;font-size:.9375rem}
.facts dt{color:var(--muted);font-size:.8125rem}.facts dd{margin:0;overflow-wrap:anywhere}
.tip{position:fixed;z-index:9;pointer-events:none;white-space:pre-line;max-width:min(22rem,90vw);padding:.45rem .7rem;border-radius:6px;background:var(--ink);color:var(--paper);font-size:.8125rem;line-height:1.4;overflow-wrap:anywhere}
@media (max-width:40rem){header{padding-top:2rem}nav{position:static}nav label,nav input{width:100%;margin:0}.strips li,.strips li:has(.text){grid-template-columns:minmax(0,1fr)}.strips li:has(.text){grid-template-columns:minmax(0,1fr);padding-bottom:.35rem}.strips .name{padding-top:.3rem}.strips li:has(.text) .name{grid-row:1;grid-column:1}.strips .axis .name{display:none}.strips:has(.text) .axis{grid-template-columns:minmax(0,1fr)}.text{grid-row:1;grid-column:1;justify-self:end;text-align:right}.strips li:has(.text) .name{padding-right:9rem;align-self:start}.lane{line-height:18px}th,td{padding:.4rem .6rem}tbody th{min-width:9rem;white-space:normal;overflow-wrap:anywhere}}
@media print{body{font-size:11pt;max-width:none;padding:0}nav,.controls,.tip{display:none!important}section,footer{padding-top:1.5rem}header{padding-top:0}.scroll{overflow:visible;border:0}table{font-size:8pt}th,td{padding:.15rem .4rem}thead{break-inside:avoid}.note{break-inside:avoid}h2,.note,figcaption{break-after:avoid}figure:has(.plot){break-inside:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
