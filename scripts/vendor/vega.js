// Vega and Vega-Lite with the transforms that the charts use, and the interpreter in place of eval.
import { transforms } from "vega-dataflow";
import * as encode from "vega-encode";
import * as data from "vega-transforms";
import { extend } from "vega-util";
import * as marks from "vega-view-transforms";

extend(transforms, data, marks, encode);

export { expressionInterpreter } from "vega-interpreter";
export { compile } from "vega-lite";
export { parse } from "vega-parser";
export { View } from "vega-view";
