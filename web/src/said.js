// What is asked, in words: so that nobody takes a part for all, on the screen or on paper.
import { sourceOf } from "./answer.js";
import { leftToRight, t } from "./strings.js";

/** @param {import("./data.js").Data} data @param {import("./answer.js").Question} question @returns {string} "" when nothing is */
export function said(data, { where, box, test, words, types, sources, least, exact }) {
  const all = new Set(data.bulletins.map(sourceOf));
  const some = (chosen, of) => [...chosen].filter((name) => of.has(name)).length;
  const parts = [
    words && t("ask.said.words", { words }),
    types && t("ask.said.types", { n: some(types, new Set(data.types)), all: data.types.length }),
    sources && t("ask.said.sources", { n: some(sources, all), all: all.size }),
    least > 0 && t("ask.said.sure", { n: least }),
    exact && t("ask.said.exact"),
    where === "view" && t("ask.said.view"),
    where === "box" && box && t("ask.said.box", { box: leftToRight(box.join("  ")), test: t(`ask.test.${test}`) }),
  ].filter(Boolean);
  return parts.length > 0 ? t("ask.said", { parts: parts.join(t("separator")) }) : "";
}
