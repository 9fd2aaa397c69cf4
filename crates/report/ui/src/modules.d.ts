// Parts of Vega that ship without types; `vega.ts` only passes them on.
declare module "vega-dataflow";
declare module "vega-encode";
declare module "vega-format";
declare module "vega-parser";
declare module "vega-transforms";
declare module "vega-view";
declare module "vega-view-transforms";
