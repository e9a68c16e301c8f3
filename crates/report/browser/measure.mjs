// Prints how long a report takes to open: node measure.mjs REPORT.html [RUNS]
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { statSync } from "node:fs";
import { launch } from "./open.mjs";

const [file, runs = "5"] = process.argv.slice(2);
if (!file) {
  console.error("usage: node measure.mjs REPORT.html [RUNS]");
  process.exit(2);
}
const address = pathToFileURL(resolve(file)).href;
const rows = [];
for (let run = 0; run < Number(runs); run += 1) {
  // A new browser each time: nothing is warm.
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(address, { waitUntil: "load" });
  rows.push(await page.evaluate(() => {
    const entry = performance.getEntriesByType("navigation")[0];
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return {
      "first paint ms": Math.round(paint?.startTime ?? NaN),
      "first rows by script ms": Math.round(performance.getEntriesByName("rows-drawn")[0].startTime),
      "load event ms": Math.round(entry.loadEventEnd || entry.loadEventStart),
    };
  }));
  const filtering = await page.evaluate(async () => {
    const field = document.querySelector("#filter-text");
    const start = performance.now();
    field.value = "dm4 depot";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const count = document.querySelector("#device-count");
    const before = count.textContent;
    await new Promise((done) => new MutationObserver(done).observe(count, { childList: true, characterData: true, subtree: true }));
    return { "filter ms (120 of them waiting for the typist)": Math.round(performance.now() - start), before };
  });
  rows.at(-1)["filter ms (120 of them waiting for the typist)"] = filtering["filter ms (120 of them waiting for the typist)"];
  await browser.close();
}
console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, ${runs} cold starts`);
console.table(rows);
