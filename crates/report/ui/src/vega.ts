// What a report needs of Vega, in place of the package `vega`: that one also brings maps, force layouts, trees, word clouds and
// regression, a sixth of the bundle that no chart here draws. `build.mjs` puts this file where `vega` is asked for.
import { transforms } from "vega-dataflow";
import * as encode from "vega-encode";
import * as transform from "vega-transforms";
import { extend } from "vega-util";
import * as layout from "vega-view-transforms";

extend(transforms, transform, layout, encode);

export { parse } from "vega-parser";
export * from "vega-util";
export { View } from "vega-view";
