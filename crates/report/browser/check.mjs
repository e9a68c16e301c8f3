// Opens a report in a real browser and checks what a reader relies on: node check.mjs REPORT.html
//
// Beside the given report it checks made-up ones: none, many and hostile devices.
// SCREENSHOTS=FOLDER keeps pictures, CHROMIUM names another browser.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./open.mjs";

const DESKTOP = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 720 };
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const project = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const failures = [];
let passed = 0;

const [given] = process.argv.slice(2);
if (!given || !existsSync(given)) {
  console.error("usage: node check.mjs REPORT.html (a file that exists)");
  process.exit(2);
}

async function check(name, question) {
  try {
    await question();
    passed += 1;
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
    console.error(`FAILED  ${name}\n        ${error.message.split("\n").join("\n        ")}`);
  }
}

function that(condition, message) {
  if (!condition) throw new Error(message);
}

function sample(number, path, ...flags) {
  execFileSync(
    "cargo",
    ["run", "--quiet", "--locked", "-p", "report", "--example", "write_sample", "--", String(number), path, ...flags],
    { cwd: project, stdio: ["ignore", "inherit", "inherit"] },
  );
  return path;
}

// A page that remembers what went wrong on it.
async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) page.wrong.push(`console ${line.type()}: ${line.text()}`);
  });
  page.on("pageerror", (error) => page.wrong.push(`script error: ${error.message}`));
  page.on("dialog", (dialog) => { page.wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.asked = [];
  page.on("request", (request) => page.asked.push(request.url()));
  page.address = pathToFileURL(resolve(file)).href;
  await page.goto(page.address, { waitUntil: "load" });
  return page;
}

function quiet(page) {
  that(page.wrong.length === 0, page.wrong.join("\n"));
  const foreign = page.asked.filter((url) => url.split("#")[0] !== page.address && !url.startsWith("data:"));
  that(foreign.length === 0, `the page asked for ${foreign.join(", ")}`);
}

async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const grave = violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
  const told = grave.map((violation) =>
    `${violation.id} (${violation.impact}): ${violation.help}\n` +
    violation.nodes.slice(0, 3).map((node) => `  ${node.html.slice(0, 200)}\n  ${node.failureSummary}`).join("\n"));
  that(grave.length === 0, told.join("\n"));
  for (const minor of violations.filter((violation) => !grave.includes(violation))) {
    console.log(`note    ${minor.id} (${minor.impact}): ${minor.nodes.length} × ${minor.help}`);
  }
}

async function fits(page) {
  const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  that(wide <= view, `content is ${wide} px wide in a window of ${view}`);
}

async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

const labels = (page) => page.$$eval("#device-rows tr > th > a", (links) => links.map((link) => link.textContent));
const count = (page) => page.textContent("#device-count");

async function sorting(page) {
  const head = page.locator("#device-table th[data-sort=label]");
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  that((await head.getAttribute("aria-sort")) === "ascending", "Enter on a column title did not sort upwards");
  const up = await labels(page);
  const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
  that(up.every((label, at) => at === 0 || collator.compare(up[at - 1], label) <= 0), "the rows are not in order");
  await page.keyboard.press("Space");
  that((await head.getAttribute("aria-sort")) === "descending", "the second press did not turn the order");
  const down = await labels(page);
  that(up.length < 2 || up[0] === down[0] || collator.compare(down[0], up[0]) >= 0, "the order did not turn");
}

async function filtering(page) {
  const before = await count(page);
  const [first] = await labels(page);
  const id = await page.textContent("#device-rows tr:first-child .id");
  await page.focus("#filter-text");
  await page.keyboard.type(id);
  await page.waitForFunction((old) => document.querySelector("#device-count").textContent !== old, before, { timeout: 3000 })
    .catch(() => {});
  that((await labels(page)).includes(first), `searching for ${id} does not find ${first}`);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("no such device anywhere");
  await page.waitForFunction(() => document.querySelector("#device-count").textContent.startsWith("No devices"), null, { timeout: 3000 });
  that((await page.textContent("#device-rows")).includes("No device matches"), "an empty list says nothing");
  await page.focus("#filters button[type=reset]");
  await page.keyboard.press("Enter");
  await page.waitForFunction((old) => document.querySelector("#device-count").textContent === old, before, { timeout: 3000 });
  await page.focus("#filter-kind");
  await page.keyboard.press("ArrowDown");
  await page.waitForTimeout(100);
  const chosen = await page.$eval("#filter-kind", (select) => select.selectedOptions[0].textContent.replace(/ \([\d,]+\)$/, ""));
  const kinds = await page.$$eval("#device-rows tr > td:nth-of-type(1)", (cells) => cells.map((cell) => cell.textContent));
  that(kinds.length > 0 && kinds.every((kind) => kind === chosen), `the filter on ${chosen} shows ${kinds.slice(0, 3)}`);
  await page.focus("#filters button[type=reset]");
  await page.keyboard.press("Enter");
  await page.waitForFunction((old) => document.querySelector("#device-count").textContent === old, before, { timeout: 3000 });
}

async function devicePage(page) {
  const link = page.locator("#device-rows a.to-device").first();
  await link.focus();
  const [label, href] = [await link.textContent(), await link.getAttribute("href")];
  const top = await page.evaluate(() => window.scrollY);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#device-title", { timeout: 3000 });
  that((await page.textContent("#device-title")) === label, "the device page names another device");
  that(await page.evaluate(() => document.activeElement.id === "device-title"), "the heading has no focus");
  that((await page.title()).startsWith(label.trim()), "the title of the window did not change");
  that(await page.isHidden("#report"), "the report is still shown");
  for (const name of ["Identity and place", "Verdicts", "Evidence", "Where it was seen"]) {
    that((await page.locator("#device-page h2", { hasText: name }).count()) === 1, `the device page has no part ${name}`);
  }
  await accessible(page);
  await page.goBack();
  await page.waitForSelector("#device-page", { state: "hidden", timeout: 3000 });
  that(await page.isVisible("#report"), "Back did not return to the report");
  const now = await page.evaluate(() => window.scrollY);
  that(Math.abs(now - top) < 4, `Back returned to ${now} px and not to ${top} px`);
  that(await page.evaluate((href) => document.activeElement.getAttribute("href") === href, href), "the focus did not return to the link");
}

async function skipLink(page) {
  await page.evaluate(() => { document.activeElement.blur(); window.scrollTo(0, 0); });
  await page.keyboard.press("Tab");
  that(await page.evaluate(() => document.activeElement.className === "skip"), "the first stop of Tab is not the skip link");
  await page.keyboard.press("Enter");
  that(await page.evaluate(() => document.activeElement.id === "content"), "the skip link does not lead to the content");
}

async function printing(page) {
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  that(pdf.subarray(0, 5).toString() === "%PDF-" && pdf.length > 20_000, "printing gave no document");
  that(await page.isVisible("#filters"), "printing left the page changed");
}

async function withoutScript(browser, file) {
  const page = await open(browser, file, { javaScriptEnabled: false });
  quiet(page);
  for (const part of ["summary", "first", "scope", "makers", "verdicts", "devices", "rules", "methods", "versions", "appendix"]) {
    that(await page.isVisible(`#${part} h2`), `without script the part ${part} is missing`);
  }
  that(await page.isHidden("#filters"), "without script dead controls are shown");
  const rows = await page.locator("#device-rows tr").count();
  that(rows > 0, "without script the device table is empty");
  const targets = new Set(await page.locator("[id]").evaluateAll((all) => all.map((element) => element.id)));
  const hrefs = await page.locator('a[href^="#"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  const dead = hrefs.filter((href) => !targets.has(decodeURIComponent(href.slice(1))));
  that(dead.length === 0, `without script these lead nowhere: ${dead.slice(0, 3).join(", ")}`);
  await page.setViewportSize(NARROW);
  await fits(page);
  await page.context().close();
}

async function whole(browser, name, file) {
  const page = await open(browser, file);
  await check(`${name}: opens quietly`, () => quiet(page));
  await check(`${name}: accessible`, () => accessible(page));
  await picture(page, `${name}-desktop`);
  await check(`${name}: skip link`, () => skipLink(page));
  await check(`${name}: sorting by keyboard`, () => sorting(page));
  await check(`${name}: filtering by keyboard`, () => filtering(page));
  await check(`${name}: device page and Back`, () => devicePage(page));
  await check(`${name}: prints`, () => printing(page));
  await check(`${name}: quiet to the end`, () => quiet(page));
  await page.context().close();

  const dark = await open(browser, file, { colorScheme: "dark" });
  await check(`${name}: accessible in the dark`, () => accessible(dark));
  await picture(dark, `${name}-dark`);
  await dark.context().close();

  const narrow = await open(browser, file, { viewport: NARROW });
  await check(`${name}: fits 320 px`, () => fits(narrow));
  await check(`${name}: accessible at 320 px`, () => accessible(narrow));
  await picture(narrow, `${name}-narrow`);
  await narrow.evaluate(() => document.querySelector("#device-rows a.to-device").click());
  await narrow.waitForSelector("#device-title");
  await check(`${name}: device page fits 320 px`, () => fits(narrow));
  await check(`${name}: device page accessible at 320 px`, () => accessible(narrow));
  await picture(narrow, `${name}-narrow-device`);
  await narrow.context().close();

  await check(`${name}: content without script`, () => withoutScript(browser, file));
}

async function paging(browser, file) {
  const page = await open(browser, file);
  await page.focus("#page-next");
  await page.keyboard.press("Enter");
  that((await page.textContent("#page-at")) === "Page 2 of 7", `after Next: ${await page.textContent("#page-at")}`);
  const last = page.locator("#device-rows a.to-device").nth(40);
  const href = await last.getAttribute("href");
  await last.click();
  await page.waitForSelector("#device-title");
  await page.keyboard.press("Tab");
  await page.locator("#device-page a[data-step]", { hasText: "Next device" }).click();
  that((await page.textContent(".device-nav .of")) === "142 of 650", `Next device: ${await page.textContent(".device-nav .of")}`);
  await page.goBack();
  that((await page.textContent("#page-at")) === "Page 2 of 7", "Back lost the page of the table");
  await page.goto(`${page.address}${href}`);
  await page.reload();
  that(await page.isVisible("#device-title"), "a device's own address does not open it");
  quiet(page);
  await page.context().close();
}

async function inert(browser, file) {
  const page = await open(browser, file);
  const alien = () => page.evaluate(() => [
    document.querySelectorAll("img, iframe, object, embed, b, #report form[action]").length,
    document.querySelectorAll("script").length,
    window.pwned,
  ]);
  const told = async (where) => {
    const [elements, scripts, pwned] = await alien();
    that(elements === 0 && scripts === 2 && pwned === undefined, `${where}: foreign text became markup (${elements}, ${scripts}, ${pwned})`);
  };
  await told("report");
  const link = page.locator("#device-rows a.to-device", { hasText: "<img src=x" }).first();
  await link.click();
  await page.waitForSelector("#device-title");
  that((await page.textContent("#device-title")).includes("</script><img src=x"), "the hostile name is not shown as it is");
  await told("device page");
  quiet(page);
  await page.context().close();
  const bare = await open(browser, file, { javaScriptEnabled: false });
  that((await bare.locator("img, iframe, object, embed, b").count()) === 0, "without script foreign text became markup");
  await bare.context().close();
}

async function empty(browser, file) {
  const page = await open(browser, file);
  quiet(page);
  that((await page.textContent("#summary")).includes("No surveillance equipment was found"), "an empty estate has no headline");
  await accessible(page);
  await page.context().close();
}

const folder = mkdtempSync(join(tmpdir(), "report-check-"));
const browser = await launch();
try {
  await whole(browser, "given", given);
  await whole(browser, "many", sample(650, join(folder, "many.html")));
  await check("many: paging", () => paging(browser, join(folder, "many.html")));
  await whole(browser, "hostile", sample(30, join(folder, "hostile.html"), "--hostile"));
  await check("hostile: inert", () => inert(browser, join(folder, "hostile.html")));
  const none = sample(0, join(folder, "none.html"));
  await check("none: says so", () => empty(browser, none));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} checks of the report in the browser passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
